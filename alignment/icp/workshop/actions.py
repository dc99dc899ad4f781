"""Holding a workshop: opening it, proposing, agreeing, parking, running the clock, closing it."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.agreements.actions import drafts
from alignment.agreements.models import Kind, State, Version
from alignment.agreements.queries import in_force, open_version
from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import Program, Side, User

from ..models import Proposal, Topic, Workshop
from ..queries_counts import splits
from ..rules import MAX_CRITERIA, parse_icp
from ..rules.workshop import Clock, Settled, agenda, content_of, may_accept, same


class WorkshopClosed(Exception):
    """The workshop has ended; its minutes record what was agreed."""

    def __init__(self) -> None:
        super().__init__(_("This workshop is closed. Its minutes stay as they are."))


class OneIsOpen(Exception):
    """The program has another workshop that has not ended."""

    def __init__(self) -> None:
        super().__init__(_("A workshop is open already: close that one first."))


class AgreementOpen(Exception):
    """An open draft or proposal of the profile prevents the workshop from creating its own."""

    def __init__(self) -> None:
        super().__init__(
            _("A draft or proposal of the profile is open: finish or discard it, then close.")
        )


class NotYours(Exception):
    """The person tried to accept a proposal that only the other side may accept."""

    def __init__(self) -> None:
        super().__init__(_("The other side accepts a proposal."))


class ProposalChanged(Exception):
    """The proposal that the person wants to accept has changed since they read it."""

    def __init__(self) -> None:
        super().__init__(_("This proposal was changed a moment ago. Read it again."))


class TopicSettled(Exception):
    """The topic was agreed, parked or left out meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This topic is settled. Open it again to change it."))


class TooManyTopics(Exception):
    def __init__(self) -> None:
        text = _("A profile has at most %(most)d criteria.") % {"most": MAX_CRITERIA}
        super().__init__(text)


def open_workshop(*, program: Program, title: str, planned_minutes: int, by: User) -> Workshop:
    """Start with the criteria in force and the rest of the usual agenda. Raises `OneIsOpen`."""
    try:
        with transaction.atomic():
            workshop = Workshop.objects.create(
                program=program, title=title, planned_minutes=planned_minutes, opened_by=by
            )
            _lay_out(workshop)
            _record(workshop, by, "workshop.open")
    except IntegrityError as error:
        raise OneIsOpen from error
    return workshop


def _lay_out(workshop: Workshop) -> None:
    version = in_force(workshop.program_id, Kind.ICP)
    rows: list[dict[str, Any]] = version.content.get("criteria", []) if version else []
    keys = [criterion.key for criterion in parse_icp({"criteria": rows}).criteria]
    for key, row in zip(keys, rows, strict=True):
        _add(workshop, row["kind"], row["weight"], key=key, before=row)
    for kind, weight in agenda((row["kind"], row["weight"]) for row in rows):
        _add(workshop, kind, weight)


def _add(
    workshop: Workshop,
    kind: str,
    weight: str,
    *,
    key: str = "",
    before: dict[str, Any] | None = None,
) -> Topic:
    rows = Topic.objects.in_program(workshop.program_id).filter(workshop=workshop)
    taken = set(rows.values_list("key", flat=True))
    return Topic.objects.create(
        program_id=workshop.program_id,
        workshop=workshop,
        position=len(taken),
        key=key or _free(kind, taken),
        kind=kind,
        weight=weight,
        before=before,
    )


def _free(kind: str, taken: set[str]) -> str:
    key, number = kind, 2
    while key in taken:
        key, number = f"{kind}-{number}", number + 1
    return key


@transaction.atomic
def add_topic(*, workshop: Workshop, kind: str, weight: str, by: User) -> Topic:
    """Add a criterion to discuss. Raises `WorkshopClosed`, `TooManyTopics`."""
    held = _held(workshop)
    if held.topics.count() >= MAX_CRITERIA:
        raise TooManyTopics
    topic = _add(held, kind, weight)
    _record(held, by, "workshop.add_topic", topic=topic.key)
    return topic


@transaction.atomic
def propose(*, topic: Topic, side: Side, criterion: dict[str, Any], by: User) -> Proposal:
    """Write what a side wants. Raises `WorkshopClosed`, `TopicSettled`, `InvalidIcp`."""
    workshop, held = _held_topic(topic)
    if held.state != Topic.State.OPEN:
        raise TopicSettled
    row = {**criterion, "key": held.key}
    parse_icp({"criteria": [row]})
    proposals = Proposal.objects.in_program(held.program_id)
    known = proposals.filter(topic=held, side=side).first()
    written = known or Proposal(program_id=held.program_id, topic=held, side=side, revision=0)
    written.criterion, written.author = row, by
    written.revision += 1
    written.save()
    _record(workshop, by, "workshop.propose", topic=held.key, side=side)
    return written


@transaction.atomic
def agree(
    *, topic: Topic, on: Side, revision: int, side: Side | None, is_owner: bool, by: User
) -> Topic:
    """Accept a side's proposal in the revision that was read.

    Raises `WorkshopClosed`, `TopicSettled`, `ProposalChanged`, `NotYours`.
    """
    workshop, held = _held_topic(topic)
    if held.state != Topic.State.OPEN:
        raise TopicSettled
    proposals = {p.side: p for p in held.proposals.all()}
    chosen = proposals.get(on)
    if chosen is None or chosen.revision != revision:
        raise ProposalChanged
    alike = len(proposals) == len(Side) and same(*(p.criterion for p in proposals.values()))
    if not may_accept(proposed_by=on, side=side, is_owner=is_owner, alike=alike):
        raise NotYours
    return _settle(workshop, held, Topic.State.AGREED, by, decision=chosen.criterion)


@transaction.atomic
def put_aside(*, topic: Topic, leave_out: bool, note: str, by: User) -> Topic:
    """Park (keep its criterion) or leave out a topic. Raises `WorkshopClosed`, `TopicSettled`."""
    workshop, held = _held_topic(topic)
    if held.state != Topic.State.OPEN:
        raise TopicSettled
    state = Topic.State.LEFT_OUT if leave_out else Topic.State.PARKED
    return _settle(workshop, held, state, by, note=note)


@transaction.atomic
def reopen(*, topic: Topic, by: User) -> Topic:
    """Reopen a topic. Raises `WorkshopClosed`."""
    workshop, held = _held_topic(topic)
    return _settle(workshop, held, Topic.State.OPEN, by)


def _settle(
    workshop: Workshop,
    topic: Topic,
    state: Topic.State,
    by: User,
    *,
    decision: dict[str, Any] | None = None,
    note: str = "",
) -> Topic:
    is_open = state == Topic.State.OPEN
    topic.state, topic.decision, topic.note = state, decision, note
    topic.evidence = _evidence(topic) if not is_open else None
    topic.decided_by = None if is_open else by
    topic.decided_at = None if is_open else timezone.now()
    topic.save()
    _record(workshop, by, f"workshop.{state}", topic=topic.key)
    return topic


def _evidence(topic: Topic) -> dict[str, Any]:
    """How the accounts answered each proposal on that day: passed, failed, unknown."""
    proposals = list(topic.proposals.order_by("side"))
    rows = [proposal.criterion for proposal in proposals]
    criteria = [parse_icp({"criteria": [row]}).criteria[0] for row in rows]
    found = splits(program=topic.program, criteria=criteria)
    return {
        str(proposal.side): split.as_numbers()
        for proposal, split in zip(proposals, found, strict=True)
    }


@transaction.atomic
def run_clock(*, workshop: Workshop, running: bool, by: User, now: datetime | None = None) -> None:
    """Start or pause the clock that both sides see. Raises `WorkshopClosed`."""
    held = _held(workshop)
    moment = now or timezone.now()
    _keep(held, held.clock.start(moment) if running else held.clock.pause(moment))
    held.save()
    _record(held, by, "workshop.start_clock" if running else "workshop.pause_clock")


def _keep(workshop: Workshop, clock: Clock) -> None:
    workshop.spent_seconds, workshop.running_since = clock.spent_seconds, clock.running_since


@transaction.atomic
def close(*, workshop: Workshop, note: str, by: User) -> Version:
    """Close the workshop and draft a version with what was agreed, ready to be proposed and signed.

    Raises `WorkshopClosed`, `AgreementOpen`.
    """
    held = _held(workshop)
    topics = held.topics.all()
    content = content_of(Settled(t.key, t.state, t.before, t.decision) for t in topics)
    parse_icp(content)
    if open_version(held.program_id, Kind.ICP) is not None:
        raise AgreementOpen
    draft = drafts.start_draft(
        program=held.program, kind=Kind.ICP, by=by, content=content, note=note
    )
    assert draft.state == State.DRAFT
    now = timezone.now()
    _keep(held, held.clock.pause(now))
    held.closed_at, held.closed_by, held.draft = now, by, draft
    held.save()
    _record(held, by, "workshop.close", draft=draft.number)
    return draft


def _held(workshop: Workshop) -> Workshop:
    """The workshop, locked until the transaction ends, so that its changes are serialized."""
    rows = Workshop.objects.in_program(workshop.program_id).select_for_update()
    held = rows.get(pk=workshop.pk)
    if held.closed_at is not None:
        raise WorkshopClosed
    return held


def _held_topic(topic: Topic) -> tuple[Workshop, Topic]:
    workshop = _held(topic.workshop)
    return workshop, Topic.objects.in_program(topic.program_id).get(pk=topic.pk)


def _record(workshop: Workshop, by: User, action: str, **detail: Any) -> None:
    audit.record(by=by, action=action, target=workshop, program_id=workshop.program_id, **detail)
    bus.publish(workshop.program_id, "workshop")
