"""Every page of the product, taken from the resolver so that a new one cannot be forgotten."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern
from django.utils import timezone

from accounts.duplicates.models import DuplicatePair
from accounts.models import Lead
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind
from alignment.icp.workshop.actions import open_workshop
from alignment.imports.actions import create_import, start_dry_run
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.notifications.actions.endpoints import add_endpoint
from alignment.notifications.actions.notices import NoticeText, announce, notify
from alignment.notifications.models import Delivery, Endpoint
from alignment.people.models import ApiKey, Invitation, User
from alignment.people.tokens import hash_secret
from alignment.scoring.actions.whatif import start_what_if
from alignment.scoring.backtest import running
from alignment.scoring.backtest.moments import Plan
from alignment.sla.actions.handoffs import compose
from alignment.sla.actions.hours import add_closure, add_leave
from alignment.sla.actions.work import give_feedback, log_attempt
from alignment.sla.models import Clock, Closure, HandOff, Leave, NextActionRule, ReasonCode
from alignment.sla.tests.promises import follow
from alignment.workspace.models import SavedView
from campaigns.calendar.models import TouchFeed
from campaigns.committee.models import CommitteeMember
from campaigns.insights.models import SupportRequest
from campaigns.opportunities.queries.pipeline import stages_of
from campaigns.roi.tests import scenes as roi
from tests import cast as play
from tests.cast import PASSWORD, Cast

from .planned import (
    a_play,
    briefed,
    campaign,
    chosen,
    deal,
    in_the_field,
    noted,
    planned,
    rephrased,
)

# Higher than any id that the sequences assign.
KEY = 1_000
# Seconds; a worker may have much to do.
READY_WITHIN = 60.0
SECRET = "an-invitation-to-look-at"
SAMPLE = Path(__file__).parents[2] / "samples" / "fictional_companies_fr.csv"
# For other audiences than people with a browser, or only mounted during development.
ELSEWHERE = ("/admin/", "/api/", "/design/", "/healthz")
# Redirects: home, old URLs, and the callbacks of Google and Microsoft, which the tests do not
# configure. Also sign-in by a mailed code, which is off, and a reply for scripts.
NEVER_SEEN = {
    "people:home",
    "None",
    "socialaccount_login_error",
    "socialaccount_signup",
    "account_confirm_login_code",
    "mfa_login_webauthn",
    "agreements:compare_pick",
    "promise_feed",
    "touch_feed",
    "roi_pdf",
}
# URLs that are regular expressions, with a matching example.
EXPRESSIONS = {
    r"^confirm-email/(?P<key>[-:\w]+)/$": "confirm-email/not-a-key/",
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-x/",
}
# A registered security key, as described by a browser.
CREDENTIAL = {
    "id": "a2V5LTE",
    "rawId": "a2V5LTE",
    "type": "public-key",
    "clientExtensionResults": {},
    "response": {
        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiZUEiLCJvcmlnaW4i"
        "OiJodHRwOi8vMTI3LjAuMC4xIiwiY3Jvc3NPcmlnaW4iOmZhbHNlfQ",
        "attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YViJAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "AAAAAAAAAAAAAABBAAAAAAAAAAAAAAAAAAAAAAAAAAAABWtleS0xpQECAyYgASFYIBCuFX1Hc6PdSKJjhidbSkMT"
        "iqPtBNq8Lr4pNqyFpGTOIlggYg8CjdzUNdATbT9fJe0EXyAhwkWaS-RjxqC740zAOso",
    },
}


@dataclass
class Visit:
    """A page, and the browser session of a person who can see it."""

    address: str
    client: Client


def every_page(cast: Cast, share: int = 0, shares: int = 1) -> list[Visit]:
    """All pages, or every `shares`-th, each as the first of several people sees it.

    Fragments, files and POST URLs are no pages. A URL that none of the people can open is an error:
    `furnish` must then create what it shows.
    """
    values = furnish(cast)
    second_step(cast.sales_manager)
    clients = [
        with_password(cast.owner),
        with_password(cast.sales_manager),
        play.sign_in(cast.rep),
        Client(),
    ]
    found, closed = [], []
    addresses = list(_addresses(get_resolver().url_patterns, "/", "", values))
    for name, address in addresses[share::shares]:
        # Someone between the password and the second step can open nothing else.
        only = [halfway(cast.sales_manager)] if name == "mfa_authenticate" else clients
        kind, client = _first(only, address)
        if kind == "page":
            found.append(Visit(address, client))
        elif not kind and name not in NEVER_SEEN:
            closed.append(f"{name} {address}")
    assert not closed, closed
    return found


def _first(clients: list[Client], address: str) -> tuple[str, Client]:
    for client in clients:
        kind = _kind(client, address)
        if kind:
            break
    return kind, client


def _kind(client: Client, address: str) -> str:
    """The kind of answer: "page", something "else", or "" if this person cannot open it."""
    answer = client.get(address)
    if answer.status_code == 405:
        return "else"
    if answer.status_code != 200:
        return ""
    is_html = answer.get("Content-Type", "").startswith("text/html")
    return "page" if is_html and b"<!doctype html>" in answer.content[:60] else "else"


def with_password(user: User) -> Client:
    """A session whose user has just re-entered the password."""
    user.set_password(PASSWORD)
    user.save()
    client = play.sign_in(user)
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.status_code == 302
    return client


def second_step(user: User) -> None:
    """Give `user` an authenticator app, recovery codes and a security key."""
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    key = {"name": "My key", "credential": CREDENTIAL}
    Authenticator.objects.create(pk=KEY, user=user, type="webauthn", data=key)


def halfway(user: User) -> Client:
    """A browser between the password and the second step."""
    client = Client()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def _addresses(
    patterns: Any, start: str, space: str, values: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    for item in patterns:
        if (start + str(item.pattern)).startswith(ELSEWHERE):
            continue
        if isinstance(item, URLResolver):
            inner = f"{space}{item.namespace}:" if item.namespace else space
            yield from _addresses(
                item.url_patterns, start + _filled(item.pattern, inner, values), inner, values
            )
        elif isinstance(item, URLPattern):
            name = f"{space}{item.name}"
            yield name, start + _filled(item.pattern, name, values)


def _filled(pattern: Any, name: str, values: dict[str, Any]) -> str:
    if isinstance(pattern, RegexPattern):
        expression = pattern.regex.pattern
        return EXPRESSIONS[expression] if expression else ""
    text = str(pattern)
    for parameter in pattern.converters:
        value = values.get(f"{name} {parameter}", values.get(parameter))
        assert value is not None, f"say in `furnish` what <{parameter}> of {name} stands for"
        text = re.sub(rf"<(\w+:)?{parameter}>", str(value), text)
    return text


def furnish(cast: Cast) -> dict[str, Any]:
    """Fill the program so that every page shows something; returns values for URL parameters."""
    program = cast.program
    company = play.account(
        program, "Cascade Robotics", domain="cascade.example", state="CA", naics="518210"
    )
    play.account(program, "Outside the Profile", employees_low=3, employees_high=3)
    person = play.stakeholder(program, company, "dana@cascade.example", first_name="Dana")
    lead = play.lead(program, person, owner=cast.rep)
    for code in ("budget_confirmed", "decision_authority", "pricing_page_view"):
        play.engage(person, code)
    for _ in range(3):
        play.lead(program)
    handoff = _hand_over(cast, lead)
    start_draft(program=program, kind=Kind.ICP, by=cast.owner)
    start_draft(program=program, kind=Kind.SLA, by=cast.owner)
    start_draft(program=program, kind=Kind.POLICY, by=cast.owner)
    draft = start_draft(program=program, kind=Kind.SCORING, by=cast.owner)
    for job in Job.objects.in_program(program).filter(kind=Job.Kind.RESCORE):
        _finish(job)
    backtest = running.start(version=draft, plan=Plan(), by=cast.owner)
    what_if = start_what_if(version=draft, by=cast.owner)
    _finish(what_if.job)
    workshop = open_workshop(program=program, title="Spring", planned_minutes=240, by=cast.owner)
    follow(lead, "handed_off")
    play.api_key(program, cast.owner)
    invitation = _invitation(cast)
    hook = _told(cast)
    upload = create_import(
        program=program,
        file=ContentFile(SAMPLE.read_bytes(), SAMPLE.name),
        file_name=SAMPLE.name,
        target="accounts",
        source="",
        by=cast.owner,
    )
    start_dry_run(upload=upload, by=cast.owner)
    closure, leave = _days_off(cast)
    known, rival = in_the_field(cast, person)
    target, candidate = chosen(cast, company)
    twin = play.account(program, "Cascade Robotic", domain="cascade-robotics.example", state="CA")
    first, second = sorted([company.pk, twin.pk])
    pair = DuplicatePair.objects.create(
        program=program,
        first_id=first,
        second_id=second,
        similarity=93,
        ground="name",
        found_at=timezone.now(),
    )
    view = SavedView.objects.create(program=program, owner=cast.rep, name="Texas", query="state=TX")
    asset, walk = campaign(cast, person)
    rollout = deal(cast, company)
    note, topic, tag = noted(cast, rollout)
    sent = roi.shared(cast, roi.calculator(cast), company, person)
    return {
        "program": program.slug,
        "view_id": view.pk,
        "pair_id": pair.pk,
        "account_id": company.pk,
        "person_id": person.pk,
        "lead_id": lead.pk,
        "clock_id": Clock.objects.in_program(program).order_by("pk")[0].pk,
        "handoff_id": handoff.pk,
        "rule_id": NextActionRule.objects.in_program(program)[0].pk,
        "reason_id": ReasonCode.objects.in_program(program)[0].pk,
        "signal_id": play.signal(program, "pricing_page_view").pk,
        "number": 1,
        **{f"scoring:{name} number": draft.number for name in WHAT_IF_PAGES},
        "agreement": "scoring",
        "older": 1,
        "newer": 1,
        "comment_id": 1,
        "kind": "employees",
        "icp:pick kind": "industry",
        "backtest_id": backtest.pk,
        "workshop_id": workshop.pk,
        "topic_id": workshop.topics.get(key="employees").pk,
        "key": "employees",
        "workspace:dashboard_metric key": "conversion",
        "workspace:dashboard_metric_export key": "conversion",
        "criterion": "employees",
        "program:revoke-key key": ApiKey.objects.in_program(program).get().pk,
        "member": cast.membership("rep").pk,
        "invitation": invitation.pk,
        "team": cast.sales.pk,
        "closure": closure.pk,
        "finding_id": 1,
        "relationship_id": known.pk,
        "asset_id": asset.pk,
        "campaign_id": walk.campaign_id,
        "cost_id": 1,
        "track_id": walk.pk,
        "competitor_id": rival.pk,
        "leave": leave.pk,
        "play": a_play(cast).pk,
        "deal_id": rollout.pk,
        "member_id": CommitteeMember.objects.in_program(program).latest("pk").pk,
        "note_id": note.pk,
        "tracker_id": topic.pk,
        "tag_id": tag.pk,
        "briefing_id": briefed(cast).pk,
        "change_id": rephrased(cast, topic).pk,
        "support_id": SupportRequest.objects.in_program(program).get().pk,
        "stage_id": stages_of(program)[0].pk,
        "touch_id": planned(cast, person).pk,
        "calculator": sent.share.version.calculator_id,
        "share": sent.share.pk,
        "roi_page secret": sent.secret,
        "feed_id": TouchFeed.objects.in_program(program).get().pk,
        "session": 1,
        "secret": SECRET,
        "target": "accounts",
        "target_id": target.pk,
        "candidate_id": candidate.pk,
        "provider": "google",
        "imports:detail pk": upload.pk,
        "imports:discard pk": upload.pk,
        "imports:delete-file pk": upload.pk,
        "imports:preview pk": upload.pk,
        "imports:problems pk": upload.pk,
        "notices:open pk": 1,
        "delivery": 1,
        **{f"endpoints:{name} pk": hook.pk for name in ENDPOINT_PAGES},
        " pk": KEY,
        "mfa_remove_webauthn pk": KEY,
    } | {f"jobs:{name} pk": Job.objects.in_program(program).latest("pk").pk for name in JOB_PAGES}


def _finish(job: Job) -> None:
    """Run the job, or wait for the worker that has taken it."""
    runner.run(job.pk)
    deadline = time.monotonic() + READY_WITHIN
    while Job.objects.across_programs().get(pk=job.pk).is_open:
        assert time.monotonic() < deadline, job
        time.sleep(0.05)


def _hand_over(cast: Cast, lead: Lead) -> HandOff:
    """Hand the lead over to sales, with an attempt and feedback."""
    events = lead.journal.filter(kind="became_mql")
    compose(program_id=cast.program.pk, event_ids=list(events.values_list("pk", flat=True)))
    at = timezone.now()
    log_attempt(lead=lead, by=cast.rep, channel="call", outcome="voicemail", at=at)
    reasons = ReasonCode.objects.in_program(cast.program).filter(use="feedback")[:1]
    give_feedback(lead=lead, by=cast.rep, fits=False, reasons=list(reasons), note="Too early")
    return HandOff.objects.in_program(cast.program).get(lead=lead)


JOB_PAGES = ("detail", "cancel", "go_on")
ENDPOINT_PAGES = ("detail", "test", "change-secret", "remove", "again")
WHAT_IF_PAGES = ("what_if", "what_if_run", "what_if_brief", "what_if_number", "what_if_moves")


def _days_off(cast: Cast) -> tuple[Closure, Leave]:
    days = {"first_day": timezone.localdate(), "last_day": timezone.localdate()}
    closure = add_closure(program=cast.program, team=None, **days, name="Moving", by=cast.owner)
    return closure, add_leave(
        program=cast.program, user=cast.rep, **days, note="Family", by=cast.owner
    )


def _told(cast: Cast) -> Endpoint:
    """Notices for everybody, and a webhook with a log."""
    for kind in ("breach", "feedback"):
        words = NoticeText(
            "First contact came too late", "Due at 15:40.", f"/p/{cast.program.slug}/"
        )
        people = list(cast.people().values())
        notify(
            program=cast.program, users=people, kind=kind, cause=kind, words=partial(_same, words)
        )
    hook = add_endpoint(
        program=cast.program,
        kind="webhook",
        name="CRM",
        url="https://hooks.example.com/",
        events=["breach"],
        by=cast.owner,
    )
    for cause in ("a", "b", "c"):
        announce(program=cast.program, event="breach", cause=cause, data={}, text="Late")
    log = Delivery.objects.in_program(cast.program).filter(endpoint=hook).order_by("id")
    first, second, _third = log
    Delivery.objects.in_program(cast.program).filter(pk=first.pk).update(
        delivered_at=timezone.now(), next_try_at=None, tries=1, status=204
    )
    Delivery.objects.in_program(cast.program).filter(pk=second.pk).update(
        next_try_at=None, tries=10, problem="No answer in time"
    )
    return hook


def _same(words: NoticeText) -> NoticeText:
    return words


def _invitation(cast: Cast) -> Invitation:
    return Invitation.objects.create(
        program=cast.program,
        email="newcomer@example.com",
        role="member",
        team=cast.sales,
        secret_hash=hash_secret(SECRET),
        invited_by=cast.owner,
        expires_at=timezone.now() + timedelta(days=7),
    )
