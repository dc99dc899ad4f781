"""Two people with the same settings open: each writes only what they touched."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from accounts.models import Signal
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind
from alignment.agreements.queries import draft_of
from alignment.core.models import AuditEntry
from alignment.metrics.queries.assumptions import assumptions_of
from alignment.people.models import Membership
from alignment.sla.models import NextActionRule, ReasonCode, Seat, Territory, WorkingHours
from campaigns.insights.models import BriefingRhythm
from campaigns.opportunities.models import PipelineStage
from campaigns.selection.queries.settings import settings_of
from tests.cast import Cast

from .pages import address, text

Values = dict[str, list[str]]


class Forms(HTMLParser):
    """What a browser would send of each form of a page, if nothing was touched."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Values] = []
        self.name, self.text = "", ""
        self.options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.found.append({})
        elif not self.found:
            return
        elif tag in ("select", "textarea"):
            self.name, self.options, self.text = has.get("name", ""), [], ""
        elif tag == "option":
            self.options.append((has.get("value", ""), "selected" in has))
        elif tag == "input" and "name" in has:
            ticks = has.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in has:
                self._sent(has["name"], has.get("value", "on" if ticks else ""))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            chosen = [value for value, is_selected in self.options if is_selected]
            self._sent(self.name, (chosen or [self.options[0][0]])[0])
        elif tag == "textarea":
            self._sent(self.name, self.text.removeprefix("\n"))

    def _sent(self, name: str, value: str) -> None:
        self.found[-1].setdefault(name, []).append(value)


def opened(cast: Cast, who: str, rest: str, field: str) -> Values:
    """The form with this field as `who` sees it now."""
    forms = Forms()
    forms.feed(text(cast, who, rest))
    return next(sent for sent in forms.found if field in sent)


def sent(cast: Cast, who: str, rest: str, values: Values, **changes: str) -> None:
    reply = cast.client(who).post(address(cast, rest), {**values, **changes})
    assert reply.status_code == 302, reply.context["form"].errors


Case = tuple[str, dict[str, str], dict[str, str], Callable[[], Any], Any]


@pytest.fixture
def cases(cast: Cast) -> dict[str, Case]:
    """Where, what the first and the second person change, what stands there then."""
    program = cast.program
    rules = NextActionRule.objects.in_program(program).order_by("pk")
    reasons = ReasonCode.objects.in_program(program).order_by("pk")
    stages = PipelineStage.objects.in_program(program).filter(outcome="open").order_by("pk")
    signals = Signal.objects.in_program(program).order_by("pk")
    rule, reason, stage, signal = rules[0], reasons[0], stages[0], signals[0]
    rep = cast.membership("rep")
    holder = f"user:{cast.rep.pk}"

    def program_now() -> tuple[str, str]:
        program.refresh_from_db()
        return program.name, program.time_zone

    def turns_now() -> tuple[int, int | None]:
        seat = Seat.objects.in_program(program).get(membership=rep)
        return seat.weight, Membership.objects.in_program(program).get(pk=rep.pk).leads_a_week

    def hours_now() -> tuple[list, str]:
        row = WorkingHours.objects.in_program(program).get(team=cast.sales)
        return row.week[:3], row.time_zone

    return {
        "program": (
            "settings/", {"name": "Mid-market"}, {"time_zone": "America/Denver"},
            program_now, ("Mid-market", "America/Denver"),
        ),
        "member": (
            f"settings/members/{rep.pk}/", {"role": "manager"}, {"leads_a_week": "12"},
            lambda: Membership.objects.in_program(program).values_list(
                "role", "leads_a_week"
            ).get(pk=rep.pk),
            ("manager", 12),
        ),
        "territories": (
            "sla/territories/", {"CA": holder}, {"CO": holder},
            lambda: sorted(
                Territory.objects.in_program(program).values_list("state", flat=True)
            ),
            ["CA", "CO"],
        ),
        "turns": (
            "sla/rotation/", {f"weight-{rep.pk}": "3"}, {f"room-{rep.pk}": "9"}, turns_now, (3, 9),
        ),
        "hours": (
            f"sla/hours/{cast.sales.pk}/",
            {"d0_0_from": "08:00", "time_zone": "America/Denver"}, {"d1_0_to": "18:30"},
            hours_now, ([[[480, 1020]], [[540, 1110]], [[540, 1020]]], "America/Denver"),
        ),
        "stage": (
            f"opportunities/pipeline/{stage.pk}/edit/",
            {"guidance": "Ask who decides"}, {"quiet_after_days": "21"},
            lambda: stages.values_list("guidance", "quiet_after_days").get(pk=stage.pk),
            ("Ask who decides", 21),
        ),
        "next action": (
            f"sla/next-actions/{rule.pk}/", {"action": "Call at once"}, {"reason": "They asked"},
            lambda: rules.values_list("action", "reason").get(pk=rule.pk),
            ("Call at once", "They asked"),
        ),
        "reason": (
            f"sla/reasons/{reason.pk}/", {"name": "No money"}, {"is_retired": "on"},
            lambda: reasons.values_list("name", "is_retired").get(pk=reason.pk),
            ("No money", True),
        ),
        "dollars": (
            "dashboard/assumptions/", {"lead_value_usd": "777"}, {"late_usd": "55"},
            lambda: (assumptions_of(program).lead_value_usd, assumptions_of(program).late_usd),
            (777, 55),
        ),
        "targets": (
            "targets/settings/", {"capacity": "33"}, {"quiet_days": "44"},
            lambda: (settings_of(program).capacity, settings_of(program).quiet_days), (33, 44),
        ),
        "rhythm": (
            "insights/briefings/rhythm/", {"weekday": "3"}, {"hour": "15"},
            lambda: BriefingRhythm.objects.in_program(program).values_list("weekday", "hour").get(),
            (3, 15),
        ),
        "signal": (
            f"scoring/signals/{signal.pk}/", {"name": "Asked for a demo"}, {"side": "sales"},
            lambda: signals.values_list("name", "side").get(pk=signal.pk),
            ("Asked for a demo", "sales"),
        ),
    }  # fmt: skip


@pytest.mark.parametrize(
    "what",
    [
        "program",
        "member",
        "territories",
        "turns",
        "hours",
        "stage",
        "next action",
        "reason",
        "dollars",
        "targets",
        "rhythm",
        "signal",
    ],
)
def test_settings_keep_what_another_wrote_meanwhile(
    cast: Cast, cases: dict[str, Case], what: str
) -> None:
    rest, one, other, now, wanted = cases[what]
    first, second = (opened(cast, "owner", rest, next(iter(one))) for _person in range(2))
    sent(cast, "owner", rest, first, **one)
    sent(cast, "owner", rest, second, **other)
    assert now() == wanted


def test_an_untouched_form_writes_nothing(cast: Cast) -> None:
    rest = f"sla/hours/{cast.sales.pk}/"
    sent(cast, "owner", rest, opened(cast, "owner", rest, "d0_0_from"))
    sent(cast, "owner", "settings/", opened(cast, "owner", "settings/", "time_zone"))
    assert not WorkingHours.objects.in_program(cast.program).exists()
    assert not AuditEntry.objects.filter(action__in=["hours.set", "program.change"]).exists()


def test_over_one_note_of_a_draft_the_later_one_is_asked(cast: Cast) -> None:
    start_draft(program=cast.program, kind=Kind.ICP, by=cast.owner)
    rest, note = "icp/draft/", "icp/draft/note/"
    first, second = (opened(cast, who, rest, "note") for who in ("owner", "marketing_manager"))
    sent(cast, "owner", note, first, note="Smaller companies")
    late = cast.client("marketing_manager").post(
        address(cast, note), {**second, "note": "Larger companies"}
    )
    assert late.status_code == 409
    page = late.content.decode()
    assert "wrote “Smaller companies”" in page
    assert ">Larger companies</textarea>" in page
    draft = draft_of(cast.program, Kind.ICP)
    assert draft
    assert draft.note == "Smaller companies"
    forms = Forms()
    forms.feed(page)
    again = next(values for values in forms.found if "note" in values)
    sent(cast, "marketing_manager", note, again)
    draft.refresh_from_db()
    assert draft.note == "Larger companies"
