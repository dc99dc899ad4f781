"""Reasons shipped with the product appear in the reader's language; others stay as written."""

import pytest
from django import forms
from django.utils import translation

from alignment.agreements.fields import ReasonField
from alignment.agreements.handlers import shown_reason
from alignment.icp.defaults import DEFAULT_ICP
from alignment.scoring.defaults import DEFAULT_MODEL
from alignment.sla.defaults import DEFAULT_CONTRACT

SHIPPED = [
    part["reason"]
    for parts in (DEFAULT_ICP["criteria"], DEFAULT_MODEL["rules"], DEFAULT_CONTRACT["clauses"])
    for part in parts
]


@pytest.mark.parametrize("reason", SHIPPED)
def test_a_shipped_reason_is_read_in_french(reason: str) -> None:
    with translation.override("fr"):
        assert shown_reason(reason) != reason


def test_a_shipped_reason_is_edited_in_french_and_stays_shipped() -> None:
    reason = DEFAULT_CONTRACT["clauses"][0]["reason"]
    with translation.override("fr"):
        form = Why(initial={"why": reason})
        shown = form["why"].value()
        assert shown == shown_reason(reason) != reason
        # Browsers may send French no-break spaces back as common ones.
        sent = Why({"why": str(shown).replace("\u202f", " ").replace("\xa0", " ")})
        assert sent.is_valid()
        assert sent.cleaned_data["why"] == reason
        ours = Why({"why": "Parce que nous en parlons."})
        assert ours.is_valid()
        assert ours.cleaned_data["why"] == "Parce que nous en parlons."


class Why(forms.Form):
    why = ReasonField(required=False)


def test_what_the_program_wrote_stays_as_it_is() -> None:
    # A word that is in the catalogue, though not as a reason.
    with translation.override("fr"):
        assert shown_reason("Queue") == "Queue"


def test_the_contract_page_reads_french(cast) -> None:  # type: ignore[no-untyped-def]
    cast.rep.language = "fr"
    cast.rep.save(update_fields=["language"])
    page = cast.client("rep").get(f"/p/{cast.program.slug}/sla/").content.decode()
    assert "Qui appelle le premier parle le premier." in page
