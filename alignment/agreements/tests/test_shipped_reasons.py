"""Reasons that ship with the product speak the reader's language; others stay as written."""

import pytest
from django.utils import translation

from alignment.agreements.rooms import shown_reason
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


def test_what_the_program_wrote_stays_as_it_is() -> None:
    # A word that the catalogue knows, though not as a reason.
    with translation.override("fr"):
        assert shown_reason("Queue") == "Queue"


def test_the_contract_page_reads_french(cast) -> None:  # type: ignore[no-untyped-def]
    cast.rep.language = "fr"
    cast.rep.save(update_fields=["language"])
    page = cast.client("rep").get(f"/p/{cast.program.slug}/sla/").content.decode()
    assert "Qui appelle le premier parle le premier." in page
