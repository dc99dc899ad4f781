"""Scopes, roles, rate limits, and access from a browser session."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from alignment.people.models import ApiKey, Membership
from alignment.people.permissions import Scope
from tests import cast as play
from tests.api.conftest import Api, problem
from tests.cast import Cast, api_key

pytestmark = pytest.mark.django_db

READS = (
    "members/",
    "teams/",
    "accounts/",
    "stakeholders/",
    "leads/",
    "engagements/",
    "signals/",
    "icp/",
    "icp/in-force/",
    "icp/1/",
    "scoring-models/",
    "scoring-models/in-force/",
    "scoring-models/1/",
    "sla-contracts/",
    "sla-contracts/in-force/",
    "sla-contracts/1/",
    "contact-policies/",
    "contact-policies/in-force/",
    "contact-policies/1/",
    "assets/",
    "assets/gaps/",
    "campaigns/",
    "tracks/",
    "roi-calculators/",
    "roi-pages/",
    "agreements/icp/compare/1/1/",
    "agreements/scoring/compare/1/1/",
    "agreements/sla/compare/1/1/",
    "agreements/policy/compare/1/1/",
    "working-hours/",
    "closures/",
    "leave/",
    "jobs/",
    "imports/",
    "events/",
    "handoffs/",
    "reason-codes/",
    "next-actions/",
    "territories/",
    "notices/",
    "findings/",
    "relationships/",
    "competitors/",
    "plays/",
    "plays/comparison/",
    "play-runs/",
    "briefings/",
    "briefing-rhythm/",
    "message-changes/",
    "targets/",
    "nominations/",
    "selection/changes/",
    "selection/sessions/",
    "saved-views/",
    "touches/",
    "touch-feeds/",
    "duplicates/",
    "merges/",
    "results/",
    "attribution/",
    "attribution/deals/?by=channel",
    "baselines/",
    "costs/",
    "metrics/",
    "metrics/assumptions/",
    "metrics/conversion/",
    "metrics/conversion/rows/",
    "metrics/conversion/breakdown/",
    "metrics/conversion/history/",
)
WRITES = {
    "accounts/": Scope.FACTS_WRITE,
    "stakeholders/": Scope.FACTS_WRITE,
    "findings/": Scope.FACTS_WRITE,
    "relationships/": Scope.FACTS_WRITE,
    "competitors/": Scope.FACTS_WRITE,
    "saved-views/": Scope.FACTS_WRITE,
    "duplicates/search/": Scope.FACTS_WRITE,
    "merges/": Scope.FACTS_WRITE,
    "engagements/": Scope.ENGAGEMENTS_WRITE,
    "leads/": Scope.LEADS_WRITE,
    "imports/": Scope.IMPORTS_WRITE,
    "plays/": Scope.CALENDAR_WRITE,
    "opportunities/": Scope.DEALS_WRITE,
    "opportunities/1/move/": Scope.DEALS_WRITE,
    "pipeline-stages/": Scope.DEALS_WRITE,
    "notes/": Scope.DEALS_WRITE,
    "notes/1/tags/": Scope.DEALS_WRITE,
    "insight-tags/1/accept/": Scope.DEALS_WRITE,
    "support-requests/": Scope.DEALS_WRITE,
    "insight-topics/": Scope.DEALS_WRITE,
    "briefings/": Scope.DEALS_WRITE,
    "briefings/1/read/": Scope.DEALS_WRITE,
    "message-changes/": Scope.DEALS_WRITE,
    "message-changes/1/end/": Scope.DEALS_WRITE,
    "touches/": Scope.CALENDAR_WRITE,
    "touches/reports/": Scope.CALENDAR_WRITE,
    "touches/check/": Scope.CALENDAR_WRITE,
    "touches/1/done/": Scope.CALENDAR_WRITE,
    "touches/1/skip/": Scope.CALENDAR_WRITE,
    "jobs/1/cancel/": Scope.JOBS_WRITE,
    "jobs/1/go-on/": Scope.JOBS_WRITE,
    "notices/read/": Scope.NOTICES_WRITE,
    "webhooks/": Scope.WEBHOOKS_MANAGE,
    "webhooks/1/test/": Scope.WEBHOOKS_MANAGE,
    "deliveries/1/again/": Scope.WEBHOOKS_MANAGE,
    "leads/1/recycle/": Scope.LEADS_WRITE,
    "leads/1/disqualify/": Scope.LEADS_WRITE,
    "leads/1/bring-back/": Scope.LEADS_WRITE,
    "leads/1/take-back/": Scope.LEADS_WRITE,
    "leads/1/validation-calls/": Scope.LEADS_WRITE,
    "leads/1/claim/": Scope.LEADS_WRITE,
    "leads/1/attempts/": Scope.LEADS_WRITE,
    "leads/1/feedback/": Scope.LEADS_WRITE,
    "handoffs/1/owner/": Scope.LEADS_WRITE,
    "reason-codes/": Scope.AGREEMENTS_WRITE,
    "next-actions/": Scope.AGREEMENTS_WRITE,
    "imports/1/run/": Scope.IMPORTS_WRITE,
    "imports/1/file/": Scope.IMPORTS_WRITE,
    "imports/1/dry-run/": Scope.IMPORTS_WRITE,
    "scoring-models/1/what-if/": Scope.AGREEMENTS_WRITE,
    "agreements/icp/propose/": Scope.AGREEMENTS_WRITE,
    "agreements/scoring/withdraw/": Scope.AGREEMENTS_WRITE,
    "agreements/sla/propose/": Scope.AGREEMENTS_WRITE,
    "agreements/policy/propose/": Scope.AGREEMENTS_WRITE,
    "assets/": Scope.CALENDAR_WRITE,
    "costs/": Scope.CALENDAR_WRITE,
    "baselines/": Scope.DEALS_WRITE,
    "campaigns/": Scope.CALENDAR_WRITE,
    "tracks/": Scope.CALENDAR_WRITE,
    "roi-calculators/": Scope.CALENDAR_WRITE,
    "roi-calculators/1/publish/": Scope.CALENDAR_WRITE,
    "roi-pages/": Scope.CALENDAR_WRITE,
    "roi-pages/1/revoke/": Scope.CALENDAR_WRITE,
    "closures/": Scope.HOURS_WRITE,
    "leave/": Scope.HOURS_WRITE,
}
Keyed = Callable[[str], Api]


def test_a_reading_key_reads_everything_and_writes_nothing(cast: Cast, client_with: Keyed) -> None:
    api = client_with(api_key(cast.program, cast.owner, Scope.READ))
    for path in READS:
        assert api.get(path).status_code == 200, path
    for path in WRITES:
        problem(api.post(path, {}), 403)


def test_a_writing_key_does_what_its_scope_says_and_no_more(cast: Cast, client_with: Keyed) -> None:
    for scope in set(WRITES.values()):
        api = client_with(api_key(cast.program, cast.owner, scope))
        for path, needed in WRITES.items():
            reply = api.post(path, {})
            assert (reply.status_code != 403) == (needed is scope), (scope, path)
            assert needed is scope or f"`{needed}`" in reply.json()["detail"], (scope, path)
        assert "`read`" in problem(api.get("accounts/"), 403)["detail"]


def test_a_key_can_do_no_more_than_its_owner_today(cast: Cast, client_with: Keyed) -> None:
    api = client_with(api_key(cast.program, cast.marketer))
    problem(api.post("jobs/1/cancel/", {}), 403)
    assert api.post("accounts/", {"name": "Mine"}).status_code == 201
    member = Membership.objects.in_program(cast.program).get(user=cast.marketer)
    member.delete()
    problem(api.get("accounts/"), 403)
    cast.marketer.is_active = False
    cast.marketer.save()
    problem(api.get("accounts/"), 401)


@pytest.mark.parametrize("who", ["marketer", "marketing_manager"])
def test_a_key_of_marketing_only_reads_leads(cast: Cast, client_with: Keyed, who: str) -> None:
    """As on the pages; whoever tells of the CRM may be of either side."""
    api = client_with(api_key(cast.program, getattr(cast, who)))
    lead = play.lead(cast.program, owner=cast.rep)
    paths = api.get("schema/", format="json").json()["paths"]
    works = [
        (method, address.removeprefix("/api/v1/").format(id=lead.pk))
        for address, methods in paths.items()
        for method in ("post", "put", "patch", "delete")
        if address.startswith("/api/v1/leads/{id}/") and method in methods
    ]
    assert len(works) > 8
    for method, path in works:
        if not path.endswith("crm-updated/"):
            refused = problem(api.send(method.upper(), path, {}), 403)
            assert refused["detail"] == "Marketing reads along; sales works leads.", path
    assert api.get(f"leads/{lead.pk}/attempts/").status_code == 200


def test_an_observer_keeps_what_is_their_own_and_nothing_else(
    cast: Cast, client_with: Keyed
) -> None:
    api = client_with(api_key(cast.program, cast.observer))
    view = {"name": "Texas", "query": "state=TX"}
    made = api.post("saved-views/", view)
    assert made.status_code == 201
    problem(api.post("saved-views/", view | {"name": "Ours", "team_id": cast.sales.pk}), 422)
    here = f"saved-views/{made.json()['id']}/"
    problem(api.patch(here, {"team_id": cast.sales.pk}), 422)
    assert api.patch(here, {"name": "The South"}).status_code == 200
    assert api.send("DELETE", here, b"").status_code == 204
    feed = api.post("touch-feeds/", {"scope": "person"})
    assert feed.status_code == 201
    problem(api.post("touch-feeds/", {"scope": "program"}), 422)
    problem(api.post("touch-feeds/", {"scope": "team", "team_id": cast.sales.pk}), 422)
    assert api.send("DELETE", f"touch-feeds/{feed.json()['id']}/", b"").status_code == 204
    for path in WRITES.keys() - {"saved-views/", "notices/read/"}:
        problem(api.post(path, {}), 403)
    reading = client_with(api_key(cast.program, cast.observer, Scope.READ))
    problem(reading.post("saved-views/", view), 403)


def test_expired_and_revoked_keys_open_nothing(cast: Cast, api: Api) -> None:
    key = ApiKey.objects.in_program(cast.program).get()
    assert api.get("signals/").status_code == 200
    key.refresh_from_db()
    assert key.last_used_at
    key.expires_at = timezone.now() - timedelta(seconds=1)
    key.save()
    problem(api.get("signals/"), 401)
    key.expires_at, key.revoked_at = None, timezone.now()
    key.save()
    problem(api.get("signals/"), 401)


def test_the_rate_limit_is_told_and_kept(api: Api, settings: Any) -> None:
    reply = api.get("signals/")
    assert (reply["RateLimit-Limit"], reply["RateLimit-Remaining"]) == ("6000", "5999")
    assert 0 < int(reply["RateLimit-Reset"]) <= 60
    settings.API_REQUESTS_A_MINUTE = 3
    statuses = {api.get("signals/").status_code for _ in range(8)}
    refused = api.get("signals/")
    assert statuses == {200, 429}
    problem(refused, 429)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused["RateLimit-Remaining"] == "0"


def test_a_signed_in_browser_names_its_program(cast: Cast) -> None:
    browser = cast.client("rep")
    problem(browser.get("/api/v1/signals/"), 401)
    ours = {"X-Entente-Program": cast.program.slug}
    assert browser.get("/api/v1/signals/", headers=ours).json()["items"]
    hers = {"X-Entente-Program": cast.other_program.slug}
    problem(browser.get("/api/v1/signals/", headers=hers), 401)


def test_a_browser_cannot_write_without_its_csrf_token(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.owner)
    reply = browser.post(
        "/api/v1/accounts/",
        {"name": "Forged"},
        content_type="application/json",
        headers={"X-Entente-Program": cast.program.slug},
    )
    problem(reply, 403)


def test_the_documentation_is_for_people_who_are_signed_in(cast: Cast) -> None:
    anonymous = Client().get("/api/v1/docs/")
    assert anonymous.status_code == 302
    page = cast.client("observer").get("/api/v1/docs/")
    assert page.status_code == 200
    html = page.content.decode()
    assert "<style" not in html
    assert "http://" not in html
    assert "https://" not in html
    script = cast.client("observer").get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"] == ["'self'"]


def test_the_documentation_names_every_scope() -> None:
    text = (settings.BASE_DIR / "docs" / "api.md").read_text()
    assert [scope for scope in Scope if f"| `{scope}` |" not in text] == []
