"""Putting agreed accounts on the list, changing who works them, and taking accounts off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account
from alignment.people.models import Membership, Program, Role, Side, User
from alignment.people.queries import sides_of
from campaigns.library.models import Play

from ..models import Candidate, Session, Target
from ..queries.targets import OWNER_OF, open_targets, taken
from ..queries.votes import by_candidate
from ..rules.lists import free_places
from ..rules.votes import Outcome, outcome
from .locks import list_changed, lock_discussing, lock_list, record_change, reread
from .notices import notify_removed
from .refusals import SelectionRefused

NAMED = 3


@dataclass(frozen=True, slots=True)
class Work:
    """Who works a target, at which tier, with which play."""

    tier: int
    marketing_owner: User | None
    sales_owner: User | None
    play: Play | None

    def filled(self, others: Mapping[str, Any]) -> Work:
        """Fill the fields that are not set with those of `others` (by field)."""
        missing = {name: row for name, row in others.items() if getattr(self, name) is None}
        return replace(self, **missing)


@transaction.atomic
def place(*, session: Session, work: Sequence[tuple[Candidate, Work]], by: User) -> list[Target]:
    """Put accounts with a yes from both sides on the list: all of them or none.

    Raises `SelectionRefused` before the reveal, without a yes from both sides, without free places,
    or for an owner who is not of the side.
    """
    program_id = session.program_id
    lock_list(program_id)
    held = lock_discussing(session)
    candidates = reread(held, [candidate for candidate, _work in work])
    works = [each for _candidate, each in work]
    _demand_agreement(held, candidates)
    _demand_places(held, len(work))
    _demand_sides(program_id, works)
    pairs = zip(candidates, works, strict=True)
    placed = [_place(held, candidate, each, by) for candidate, each in pairs]
    list_changed(held, by, _names(target.account for target in placed))
    return placed


def _demand_agreement(session: Session, candidates: list[Candidate]) -> None:
    votes = by_candidate(session.program_id, None, (candidate.pk for candidate in candidates))
    listed = open_targets(session.program_id).filter(
        account__in=[candidate.account_id for candidate in candidates]
    )
    on_list = set(listed.values_list("account_id", flat=True))
    for candidate in candidates:
        sides = votes.get(candidate.pk, {})
        choices = [sides[side].choice if side in sides else None for side in Side.values]
        if candidate.session_id != session.pk or outcome(*choices) != Outcome.YES:
            text = _("%(account)s goes on the list once both sides say yes.")
            raise SelectionRefused("not_agreed", text % {"account": candidate.account})
        if candidate.account_id in on_list:
            text = _("%(account)s is on the list already.")
            raise SelectionRefused("listed", text % {"account": candidate.account})


def _demand_places(session: Session, wanted: int) -> None:
    free = free_places(session.capacity, taken(session.program_id))
    if wanted > free:
        text = ngettext(
            "Only %(free)d place is free. Take an account off, or choose fewer.",
            "Only %(free)d places are free. Take accounts off, or choose fewer.",
            free,
        )
        full = _("All %(capacity)d places are taken. Take an account off first.")
        words = text % {"free": free} if free else full % {"capacity": session.capacity}
        raise SelectionRefused("no_place", words)


def _demand_sides(program_id: int, work: Sequence[Work]) -> None:
    owners = [(each.marketing_owner, Side.MARKETING) for each in work]
    _demand_owners(program_id, owners + [(each.sales_owner, Side.SALES) for each in work])


def _demand_owners(program_id: int, owners: Sequence[tuple[User | None, Side]]) -> None:
    rows = Membership.objects.in_program(program_id).filter(role__in=(Role.MANAGER, Role.MEMBER))
    people = set(rows.values_list("user_id", "team__side"))
    for owner, side in owners:
        if owner is not None and (owner.pk, side) not in people:
            text = _("%(person)s is not of that side.") % {"person": owner}
            raise SelectionRefused("wrong_side", text)


def _place(session: Session, candidate: Candidate, work: Work, by: User) -> Target:
    target = Target.objects.create(
        program_id=session.program_id,
        account_id=candidate.account_id,
        session=session,
        entered_at=timezone.now(),
        tier=work.tier,
        marketing_owner=work.marketing_owner,
        sales_owner=work.sales_owner,
        play=work.play,
    )
    record_change(
        target, session.program_id, by, "enter", account=candidate.account_id, **_ids(work)
    )
    return target


def _names(accounts: Iterable[Account]) -> str:
    """The first few names only, since readers can look at the list itself."""
    names = [str(account) for account in accounts]
    more = len(names) - NAMED
    shown = ", ".join(names[:NAMED])
    return _("%(names)s and %(more)d more") % {"names": shown, "more": more} if more > 0 else shown


def _ids(work: Work) -> dict[str, int | None]:
    return {
        "tier": work.tier,
        "marketing_owner": work.marketing_owner.pk if work.marketing_owner else None,
        "sales_owner": work.sales_owner.pk if work.sales_owner else None,
        "play": work.play.pk if work.play else None,
    }


@transaction.atomic
def change_target(*, target: Target, work: Work, by: User) -> Target:
    """Change the tier, an owner or the play. Confirmations already given are dropped.

    Raises `SelectionRefused` if it has left, or for an owner who is not of the side.
    """
    session = lock_list(target.program_id)
    held = _on_the_list(target)
    _demand_sides(target.program_id, [work])
    held.tier, held.play = work.tier, work.play
    held.marketing_owner, held.sales_owner = work.marketing_owner, work.sales_owner
    held.save(update_fields=["tier", "marketing_owner", "sales_owner", "play", "updated_at"])
    list_changed(session, by, str(held.account))
    record_change(held, held.program_id, by, "change", account=held.account_id, **_ids(work))
    return held


@transaction.atomic
def fill(
    *,
    program: Program,
    marketing_owner: User | None,
    sales_owner: User | None,
    play: Play | None,
    by: User,
) -> int:
    """Set these on every account of the list that lacks them; values already set stay.

    Returns the number of accounts changed. Raises `SelectionRefused` for an owner who is not of the
    side.
    """
    session = lock_list(program)
    given = {"marketing_owner": marketing_owner, "sales_owner": sales_owner, "play": play}
    _demand_owners(program.pk, [(marketing_owner, Side.MARKETING), (sales_owner, Side.SALES)])
    changed = [target for target in _with_work(program) if _fill(target, given)]
    _write_changed(program, session, changed, by)
    return len(changed)


def _fill(target: Target, given: Mapping[str, Any]) -> bool:
    missing = [n for n, row in given.items() if row and getattr(target, f"{n}_id") is None]
    for name in missing:
        setattr(target, name, given[name])
    return bool(missing)


@transaction.atomic
def hand_on(*, program: Program, person: int, heir: User | None, by: User) -> int:
    """Give to `heir` what `person` (an id) works on the list, on the side of the heir; None: to
    nobody yet. Returns the number of accounts changed.
    """
    session = lock_list(program)
    sides = sides_of(program, [heir.pk]).values() if heir else Side.values
    fields = [OWNER_OF[Side(side)] for side in sides]
    changed = [row for row in _with_work(program) if _pass_on(row, person, heir, fields)]
    _write_changed(program, session, changed, by)
    return len(changed)


def _pass_on(target: Target, person: int, heir: User | None, fields: Iterable[str]) -> bool:
    held = [name for name in fields if getattr(target, f"{name}_id") == person]
    for name in held:
        setattr(target, name, heir)
    return bool(held)


def _with_work(program: Program) -> QuerySet[Target]:
    related = ("account", "marketing_owner", "sales_owner", "play")
    return open_targets(program).select_related(*related).order_by("pk")


def _write_changed(
    program: Program, session: Session | None, changed: Sequence[Target], by: User
) -> None:
    for target in changed:
        # `bulk_update` does not set it.
        target.updated_at = timezone.now()
    Target.objects.in_program(program).bulk_update(
        changed, ["marketing_owner", "sales_owner", "play", "updated_at"]
    )
    if changed:
        list_changed(session, by, _names(target.account for target in changed))
    for target in changed:
        work = Work(target.tier, target.marketing_owner, target.sales_owner, target.play)
        record_change(target, program.pk, by, "change", account=target.account_id, **_ids(work))


@transaction.atomic
def leave(*, target: Target, reason: str, by: User) -> Target:
    """Take an account off, with a reason. Raises `SelectionRefused` if it has left already."""
    session = lock_list(target.program_id)
    held = _on_the_list(target)
    held.left_at, held.left_because, held.left_by = timezone.now(), reason, by
    held.save(update_fields=["left_at", "left_because", "left_by", "updated_at"])
    list_changed(session, by, str(held.account))
    notify_removed(held, by)
    record_change(held, held.program_id, by, "leave", account=held.account_id, reason=reason)
    return held


def _on_the_list(target: Target) -> Target:
    held = open_targets(target.program_id).filter(pk=target.pk).first()
    if held is None:
        raise SelectionRefused("left", _("This account has left the list already."))
    return held
