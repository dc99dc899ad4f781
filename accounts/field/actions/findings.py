"""Recording what sales saw. Findings write the account's facts, so that the verdict follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.accounts import update_account
from accounts.actions.writing import lock_facts
from accounts.field.models import CriterionFinding, HeldFact
from accounts.field.rules import (
    Checked,
    Past,
    contradicts,
    facts_after,
    facts_restored,
    is_given,
    is_known,
    problem_of,
)
from accounts.models import Account, JournalEvent, JournalKind
from accounts.rules.accounts import clean_account
from accounts.rules.fact_words import facts_in_words
from accounts.rules.facts import FactsRejected
from alignment.core import audit
from alignment.core.live import bus
from alignment.people.actions.authority import demand
from alignment.people.models import Program, User
from alignment.people.permissions import Permission

Outcome = CriterionFinding.Outcome
LONGEST_SEEN = 1_000
PROBLEMS = {
    "nothing_known": ("outcome", gettext_lazy("Nothing is known here yet: fill it in.")),
    "known_already": ("outcome", gettext_lazy("A value is known: confirm or refute it.")),
    "value_needed": ("value", gettext_lazy("Write the value you found out.")),
    "not_its_fact": ("value", gettext_lazy("The criterion does not rest on this fact.")),
}


@transaction.atomic
def record_finding(
    *,
    account: Account,
    checked: Checked,
    outcome: str,
    seen: str,
    values: Mapping[str, Any] | None,
    by: User | None,
) -> CriterionFinding:
    """Confirm, refute or fill in a criterion of an account, with what was seen.

    `values` are facts by name, as for an edit of the account. Raises `ValidationError` by field
    ("outcome", "seen", "value"; also if a confirmation gives a different value), `FactsRejected`
    for values that cannot be stored, and `PermissionDenied` for people in marketing, because
    findings count as what sales saw.
    """
    _demand_sales(account.program, by)
    seen = _checked_text(outcome, seen)
    lock_facts(account.program_id)
    account.refresh_from_db()
    before = _facts(account, checked.held)
    _demand_sense(account, checked, outcome, values, before)
    source, listed_by = account.source, _who_said(account, checked)
    facts: Any = facts_after(checked, outcome, values)
    if facts:
        update_account(account=account, facts=facts, by=by)  # type: ignore[arg-type]
    finding = CriterionFinding.objects.create(
        program_id=account.program_id,
        account=account,
        criterion=checked.key,
        words=checked.words[:500],
        outcome=outcome,
        seen=seen,
        before=before,
        after=_facts(account, checked.held),
        source=source,
        listed_by=listed_by,
        by=by,
        at=timezone.now(),
    )
    _protect_facts(finding, checked.held)
    audit.record(
        by=by,
        action="finding.record",
        target=finding,
        program_id=account.program_id,
        criterion=checked.key,
        outcome=outcome,
        has_value=is_given(values),
    )
    bus.publish(account.program_id, "findings", f"account-{account.pk}")
    return finding


@transaction.atomic
def withdraw_finding(*, finding: CriterionFinding, by: User) -> CriterionFinding:
    """Withdraw a finding that was about another company, or a mistake.

    Facts still as the finding left them get the value of the newest remaining finding, else the
    value from before all findings, in whatever order they are withdrawn; lists may write them
    again, unless another finding holds them. The finding no longer counts as refuted. Raises
    `FactsRejected` if the earlier value can no longer be stored, and `PermissionDenied` as for
    recording.
    """
    _demand_sales(finding.program, by)
    lock_facts(finding.program_id)
    rows = CriterionFinding.objects.in_program(finding.program_id).select_for_update()
    found = rows.get(pk=finding.pk)
    if found.withdrawn_at:
        return found
    found.withdrawn_at, found.withdrawn_by = timezone.now(), by
    found.save(update_fields=["withdrawn_at", "withdrawn_by"])
    account = found.account
    others = _others(found)
    restored: Any = facts_restored(
        _past(found),
        earlier=[_past(row) for row in others if row.pk < found.pk],
        later=[_past(row) for row in others if row.pk > found.pk],
        now=vars(account),
    )
    _let_go(found, others)
    if restored:
        update_account(account=account, facts=restored, by=by)
    audit.record(
        by=by,
        action="finding.withdraw",
        target=found,
        program_id=found.program_id,
        criterion=found.criterion,
        restored=sorted(restored),
    )
    bus.publish(found.program_id, "findings", f"account-{account.pk}")
    return found


def _demand_sales(program: Program, by: User | None) -> None:
    why = _("What sales saw is recorded by sales. You can edit the facts of the account.")
    demand(program=program, by=by, permission=Permission.RECORD_FINDINGS, why=why)


def _demand_sense(
    account: Account,
    checked: Checked,
    outcome: str,
    values: Mapping[str, Any] | None,
    before: dict[str, Any],
) -> None:
    """The outcome must fit what is known, and the values must fit the outcome."""
    if problem := problem_of(checked, outcome, values, known=is_known(checked, before)):
        field, text = PROBLEMS[problem]
        raise ValidationError({field: str(text)})
    if outcome == Outcome.CONFIRMED:
        _demand_the_same(account, checked, values or {})
    if outcome == Outcome.REFUTED and is_given(values):
        _demand_another(account, values or {})


def _demand_another(account: Account, values: Mapping[str, Any]) -> None:
    """A refutation may give a value inside the known range, but not the known value itself."""
    said = _cleaned(values)
    if all(value == getattr(account, name) for name, value in said.items()):
        text = _("That is what is known: confirm it, or write the right value.")
        raise ValidationError({"value": text})


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned, errors = clean_account(values)
    if errors:
        raise FactsRejected(errors)
    return {name: cleaned[name] for name in values}


def _demand_the_same(account: Account, checked: Checked, values: Mapping[str, Any]) -> None:
    """A confirmation must not give a value that contradicts the known one."""
    said = _cleaned(values)
    if contradicts(said, vars(account)):
        told = {
            "known": facts_in_words(_facts(account, checked.values)),
            "said": facts_in_words(said),
        }
        text = _("You confirm %(known)s, but wrote %(said)s: choose Refuted if it is different.")
        raise ValidationError({"value": text % told})


def _others(finding: CriterionFinding) -> Sequence[CriterionFinding]:
    """The account's other findings, newest first: two criteria may depend on one fact."""
    rows = CriterionFinding.objects.in_program(finding.program_id)
    return list(rows.filter(account=finding.account_id).exclude(pk=finding.pk).order_by("-id"))


def _past(finding: CriterionFinding) -> Past:
    return Past(finding.before, finding.after, finding.at, finding.withdrawn_at)


def _let_go(finding: CriterionFinding, others: Sequence[CriterionFinding]) -> None:
    """Hold the finding's facts by the newest remaining finding that supports them, or release
    them."""
    standing = [row for row in others if row.withdrawn_at is None]
    held = HeldFact.objects.in_program(finding.program_id).filter(finding=finding)
    for row in held:
        holder = next((other for other in standing if row.fact in other.after), None)
        if holder is None:
            row.delete()
        else:
            row.finding = holder
            row.save(update_fields=["finding"])


def let_go_of_others(*, account: Account, facts: Mapping[str, Any]) -> None:
    """Release what findings hold at the account and what `facts` say differently: the account that
    it becomes part of keeps these, and nobody of sales saw them there. A finding stands for all of
    its facts or for none.
    """
    rows = HeldFact.objects.in_program(account.program_id).filter(account=account)
    unlike = {
        row.finding_id
        for row in rows.select_related("finding")
        if facts.get(row.fact) != row.finding.after.get(row.fact)
    }
    rows.filter(finding__in=unlike).delete()


def _checked_text(outcome: str, seen: str) -> str:
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Say whether it is confirmed or refuted.")})
    seen = seen.strip()
    if not seen or len(seen) > LONGEST_SEEN or "\x00" in seen:
        raise ValidationError({"seen": _("Write what you saw, in 1,000 characters at most.")})
    return seen


def _facts(account: Account, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(account, name) for name in names}


def _who_said(account: Account, checked: Checked) -> str:
    """The source whose claim a finding checks. A confirmation is not a claim, even if it narrowed
    one: the source of the original claim remains responsible."""
    rows = CriterionFinding.objects.in_program(account.program_id).filter(
        account=account, criterion=checked.key, withdrawn_at__isnull=True
    )
    newest = rows.order_by("-id").first()
    if newest and newest.outcome == Outcome.CONFIRMED:
        if all(newest.after.get(name) == getattr(account, name) for name in checked.emptied):
            return newest.listed_by
    return _list_of(account, checked.emptied)


def _list_of(account: Account, facts: tuple[str, ...]) -> str:
    """The source that last wrote one of the facts; else the source that created the account."""
    events = JournalEvent.objects.in_program(account.program_id).filter(account=account)
    wrote = events.filter(
        kind=JournalKind.ACCOUNT_CHANGED, detail__changes__has_any_keys=list(facts)
    )
    made = events.filter(kind=JournalKind.ACCOUNT_CREATED)
    for rows in (wrote, made):
        cause = rows.order_by("-id").values_list("cause", flat=True).first()
        if cause:
            return str(cause.get("source", ""))[:60]
    return account.source


def _protect_facts(finding: CriterionFinding, facts: Iterable[str]) -> None:
    """Keep lists from writing these facts from now on."""
    HeldFact.objects.bulk_create(
        [
            HeldFact(
                program_id=finding.program_id,
                account_id=finding.account_id,
                fact=fact,
                finding=finding,
            )
            for fact in facts
        ],
        update_conflicts=True,
        unique_fields=["program", "account", "fact"],
        update_fields=["finding"],
    )
