"""Nothing gets a name of which nobody sees anything, whoever writes it."""

import pytest

from alignment.people.permissions import Scope
from alignment.sla.models import ReasonCode
from tests import cast as make
from tests.cast import Cast, bearer

from .pages import address

UNSEEN = "\u200b"
FORMS = {
    "settings/": {"name": UNSEEN, "time_zone": "America/New_York"},
    "settings/teams/": {"name": UNSEEN, "side": "sales"},
    "settings/keys/": {"name": UNSEEN, "scopes": "read", "days": "30"},
    "sla/reasons/": {"name": UNSEEN, "use": "feedback"},
    "sla/next-actions/new/": {"action": UNSEEN},
    "scoring/signals/new/": {"name": UNSEEN, "code": "seen", "kind": "event", "side": "sales"},
    "opportunities/pipeline/new/": {"name": UNSEEN, "probability": "5", "quiet_after_days": "9"},
}


@pytest.mark.parametrize("page", FORMS)
def test_forms_refuse_an_invisible_name(cast: Cast, page: str) -> None:
    refused = cast.client("owner").post(address(cast, page), FORMS[page])
    assert refused.status_code == 422
    assert "Nothing can be seen of this name" in refused.text


def test_a_profile_keeps_a_name_that_is_seen(cast: Cast) -> None:
    typed = {"name": UNSEEN, "language": "en", "time_zone": "Europe/Paris", "theme": "dark"}
    assert "Nothing can be seen" in cast.client("rep").post("/you/", typed).text


def test_a_team_cannot_look_like_another(cast: Cast) -> None:
    typed = {"name": f"EAST{UNSEEN}", "side": "sales"}
    refused = cast.client("owner").post(address(cast, "settings/teams/"), typed)
    assert "already a team of that name" in refused.text


def test_the_api_has_the_same_rule(cast: Cast) -> None:
    key = bearer(make.api_key(cast.program, cast.owner, Scope.READ, Scope.AGREEMENTS_WRITE))
    known = ReasonCode.objects.in_program(cast.program).count()
    reply = cast.client("owner").post(
        "/api/v1/reason-codes/",
        {"use": "feedback", "name": UNSEEN},
        content_type="application/json",
        headers=key,
    )
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == "/name"
    assert ReasonCode.objects.in_program(cast.program).count() == known
