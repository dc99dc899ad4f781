"""What the pages of the profile show: criteria in words, and how many accounts give each answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection, transaction

from accounts.models import Account
from alignment.agreements.models import Kind, State, Version
from alignment.agreements.queries import draft_of, history, in_force, open_version
from alignment.jobs.models import Job
from alignment.jobs.queries import newest
from alignment.people.models import Program

from .compiler import compile_icp
from .models import Answer
from .queries import judged_until
from .rules import Criterion, Icp, parse_icp
from .words import CriterionWords, in_words

# The forecast for an open version looks at no more accounts than this.
FORECAST_UP_TO = 200_000

# A verdict that stays the same keeps the version that wrote it.
MASKS = """
SELECT answer, yes_mask, unknown_mask, count(*) FROM icp_verdict
WHERE program_id = %s AND (version_id = %s OR account_id <= %s) GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """Numbers of accounts by answer."""

    yes: int = 0
    no: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.yes + self.no + self.unknown


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """`change` compares with the version in force: new, changed, or empty if the same."""

    criterion: Criterion
    words: CriterionWords
    answers: Answers = Answers()
    change: str = ""


@dataclass(frozen=True, slots=True)
class IcpPage:
    version: Version | None
    lines: list[CriterionLine]
    overall: Answers
    waiting: int
    open: Version | None
    versions: list[Version]
    job: Job | None


@dataclass(frozen=True, slots=True)
class DraftPage:
    draft: Version
    current: Version | None
    lines: list[CriterionLine]
    removed: list[CriterionLine] = field(default_factory=list)

    @property
    def is_different(self) -> bool:
        return bool(self.removed) or any(line.change for line in self.lines) or self.is_reordered

    @property
    def is_reordered(self) -> bool:
        return self.current is None or self.draft.content != self.current.content


def icp_page(*, program: Program) -> IcpPage:
    version = in_force(program, Kind.ICP)
    icp = parse_icp(version.content) if version else Icp()
    overall, by_criterion = _counted(program, version, icp)
    words = in_words(icp.criteria)
    accounts = Account.objects.in_program(program).count()
    return IcpPage(
        version=version,
        lines=[
            CriterionLine(criterion, said, answers)
            for criterion, said, answers in zip(icp.criteria, words, by_criterion, strict=True)
        ],
        overall=overall,
        waiting=max(0, accounts - overall.total),
        open=open_version(program, Kind.ICP),
        versions=history(program, Kind.ICP),
        job=newest(program=program, kind=Job.Kind.JUDGE),
    )


def _counted(program: Program, version: Version | None, icp: Icp) -> tuple[Answers, list[Answers]]:
    """One pass over the verdicts; accounts with the same answers are counted together."""
    if version is None:
        return Answers(), []
    with connection.cursor() as cursor:
        cursor.execute(MASKS, [program.pk, version.pk, judged_until(version)])
        groups = cursor.fetchall()
    return _totals(groups, len(icp.criteria))


def _totals(
    groups: Iterable[tuple[str, int, int, int]], criteria: int
) -> tuple[Answers, list[Answers]]:
    """Totals overall and by criterion. Groups: (verdict, yes mask, unknown mask, accounts)."""
    overall: Counter[str] = Counter()
    yes, unknown = [0] * criteria, [0] * criteria
    for answer, yes_mask, unknown_mask, number in groups:
        overall[answer] += number
        for i in range(criteria):
            yes[i] += number if yes_mask >> i & 1 else 0
            unknown[i] += number if unknown_mask >> i & 1 else 0
    total = overall.total()
    lines = [Answers(y, total - y - u, u) for y, u in zip(yes, unknown, strict=True)]
    return _answers(overall), lines


def _answers(counted: Mapping[str, int]) -> Answers:
    return Answers(
        counted.get(Answer.YES, 0), counted.get(Answer.NO, 0), counted.get(Answer.UNKNOWN, 0)
    )


def draft_page(*, program: Program) -> DraftPage | None:
    """The draft beside the version in force; None without a draft."""
    draft = draft_of(program, Kind.ICP)
    if draft is None:
        return None
    current = in_force(program, Kind.ICP)
    before = parse_icp(current.content).criteria if current else ()
    known = {criterion.key: criterion for criterion in before}
    criteria = parse_icp(draft.content).criteria
    kept = {criterion.key for criterion in criteria}
    gone = [criterion for criterion in before if criterion.key not in kept]
    words = in_words([*criteria, *gone])
    lines = [
        CriterionLine(criterion, said, change=_change(criterion, known.get(criterion.key)))
        for criterion, said in zip(criteria, words, strict=False)
    ]
    removed = [
        CriterionLine(criterion, said)
        for criterion, said in zip(gone, words[len(criteria) :], strict=True)
    ]
    return DraftPage(draft, current, lines, removed)


def _change(criterion: Criterion, before: Criterion | None) -> str:
    if before is None:
        return "new"
    return "" if criterion == before else "changed"


def version_lines(version: Version) -> list[CriterionLine]:
    """The criteria of an old version, read-only."""
    criteria = parse_icp(version.content).criteria
    said = in_words(criteria)
    return [CriterionLine(c, words) for c, words in zip(criteria, said, strict=True)]


def version_numbered(*, program: Program, kind: Kind, number: int) -> Version | None:
    versions = Version.objects.in_program(program).filter(kind=kind, number=number)
    return versions.exclude(state=State.DRAFT).select_related("created_by").first()


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Accounts by verdict: now, and as the open version would judge them; nothing is written."""

    now: Answers
    then: Answers
    criteria: list[tuple[CriterionWords, Answers]]
    moved: int


def foreseen(*, program: Program, version: Version) -> Foreseen:
    """One pass over the accounts, at most `FORECAST_UP_TO` of them."""
    icp = parse_icp(version.content)
    compiled = compile_icp(icp)
    statement = f"""
        SELECT was, answer, yes_mask, unknown_mask, count(*) FROM (
            SELECT was, {compiled.verdict} AS answer, {compiled.mask("IS TRUE")} AS yes_mask,
                {compiled.mask("IS NULL")} AS unknown_mask
            FROM (SELECT {compiled.columns}, v.answer AS was FROM accounts_account a
                  LEFT JOIN icp_verdict v ON v.account_id = a.id
                  WHERE a.program_id = %(program)s ORDER BY a.id LIMIT %(most)s) facts
        ) judged GROUP BY 1, 2, 3, 4"""
    parameters = {"program": program.pk, "most": FORECAST_UP_TO, **compiled.parameters}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        groups = cursor.fetchall()
    now: Counter[str] = Counter()
    for was, *_rest, number in groups:
        now[was] += number
    then, by_criterion = _totals([group[1:] for group in groups], len(icp.criteria))
    moved = sum(number for was, answer, _y, _u, number in groups if was != answer)
    words = in_words(icp.criteria)
    return Foreseen(_answers(now), then, list(zip(words, by_criterion, strict=True)), moved)
