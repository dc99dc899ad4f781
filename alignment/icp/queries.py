"""Reading the profile and its verdicts."""

from dataclasses import dataclass, field
from functools import cached_property

from accounts.models import Account, Engagement
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force
from alignment.jobs.models import Job
from alignment.people.models import Program

from .models import Answer, Verdict
from .rules import Answer3, Criterion, Icp, facts_of, judge, parse_icp

LAST = 2**63 - 1


@dataclass(frozen=True)
class CriterionView:
    criterion: Criterion
    answer: Answer


@dataclass(frozen=True)
class VerdictView:
    answer: Answer
    grade: int
    criteria: tuple[CriterionView, ...]
    version_number: int | None

    @property
    def to_find_out(self) -> list[CriterionView]:
        return [c for c in self.criteria if c.answer == Answer.UNKNOWN]

    @property
    def profile(self) -> tuple[Criterion, ...]:
        return tuple(view.criterion for view in self.criteria)


def icp_in_force(program: Program | int) -> tuple[Icp, int | None]:
    """The profile in force and its number; an empty profile and None before the first."""
    version = in_force(program, Kind.ICP)
    return (parse_icp(version.content), version.number) if version else (Icp(), None)


def judged_until(version: Version) -> int:
    """The id up to which accounts have been judged by the version in force; its job goes by id."""
    jobs = Job.objects.in_program(version.program_id).filter(
        kind=Job.Kind.JUDGE, parameters__version=version.pk
    )
    job = jobs.order_by("-id").first()
    if job is None or job.state == Job.State.DONE:
        return LAST
    return int(job.cursor.get("after", 0))


@dataclass
class VerdictVersions:
    """The profile in force, and which version each stored verdict belongs to.

    A verdict that a new profile leaves unchanged keeps the version that wrote it, but counts as the
    new version's as soon as its job has reached the account.
    """

    version: Version | None
    _earlier: dict[int, Version] = field(default_factory=dict)
    _profiles: dict[int, Icp] = field(default_factory=dict)

    @cached_property
    def until(self) -> int:
        return judged_until(self.version) if self.version else 0

    def number_of(self, verdict: Verdict) -> int:
        return self._version_of(verdict).number

    def profile_of(self, verdict: Verdict) -> Icp:
        """The profile whose criteria the verdict's masks answer."""
        version = self._version_of(verdict)
        if version.pk not in self._profiles:
            self._profiles[version.pk] = parse_icp(version.content)
        return self._profiles[version.pk]

    def _version_of(self, verdict: Verdict) -> Version:
        """One query in all for the version in force, and one for each earlier version."""
        now, own = self.version, verdict.version_id
        if now and (own == now.pk or verdict.account_id <= self.until):
            return now
        if own not in self._earlier:
            rows = Version.objects.in_program(verdict.program_id)
            self._earlier[own] = rows.get(pk=own)
        return self._earlier[own]


def verdict_versions_of(program: Program | int) -> VerdictVersions:
    return VerdictVersions(in_force(program, Kind.ICP))


def verdict_of(account: Account) -> VerdictView:
    """The verdict of the profile in force on the facts known now, criterion by criterion."""
    icp, number = icp_in_force(account.program_id)
    if number is None:
        return VerdictView(Answer.UNKNOWN, 0, (), None)
    facts = facts_of(account, budget_confirmed=_budget_word(account, icp))
    judgement = judge(facts, icp)
    views = zip(icp.criteria, judgement.answers, strict=True)
    return VerdictView(
        answer=_named(judgement.verdict),
        grade=judgement.grade,
        criteria=tuple(CriterionView(criterion, _named(a)) for criterion, a in views),
        version_number=number,
    )


def _budget_word(account: Account, icp: Icp) -> Answer3:
    """The latest word on the account's budget; only read if the profile has such a criterion."""
    if not any(criterion.kind == "budget_confirmed" for criterion in icp.criteria):
        return None
    return budget_word(account)


def budget_word(account: Account) -> Answer3:
    """Whether the budget is confirmed, by the latest word from any of the account's leads."""
    said = Engagement.objects.in_program(account.program_id).filter(
        lead__account=account, signal__code="budget_confirmed"
    )
    latest: Answer3 = said.order_by("-occurred_at", "-id").values_list("value", flat=True).first()
    return latest


def _named(answer: Answer3) -> Answer:
    if answer is None:
        return Answer.UNKNOWN
    return Answer.YES if answer else Answer.NO
