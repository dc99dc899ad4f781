"""Signals and drafts in the admin keep the rules of the pages, and say what was done."""

import pytest

from accounts.models import Signal
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["-1", "Pricing_Page_View", "Infinity", "_x", "2147483648é"])
def test_a_code_that_no_event_may_send_is_refused_at_its_field(cast: Cast, code: str) -> None:
    said = {"program": cast.program.pk, "name": "Calculator", "kind": "behaviour"}
    page = cast.client("owner").post(
        "/admin/accounts/signal/add/", {**said, "code": code, "side": "marketing"}
    )
    assert set(page.context["adminform"].errors) == {"code"}
    assert not Signal.objects.in_program(cast.program).filter(name="Calculator").exists()


def test_proposing_says_which_version_was_proposed_and_which_not(cast: Cast) -> None:
    profile = start_draft(program=cast.program, kind=Kind.ICP, by=cast.owner)
    model = start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    chosen = {"action": "propose", "_selected_action": [profile.pk]}
    browser = cast.client("owner")
    page = browser.post("/admin/agreements/version/", chosen, follow=True).text
    assert f"{profile} is proposed: both sides are asked to sign." in page
    chosen["_selected_action"] = [profile.pk, model.pk]
    page = browser.post("/admin/agreements/version/", chosen, follow=True).text
    assert f"{profile}: This version is no longer a draft" in page
    assert f"{model} is proposed" in page
