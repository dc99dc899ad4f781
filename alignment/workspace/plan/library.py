"""The content library: the touches that used a piece of content, what followed, and gaps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Left
from django.utils import timezone

from accounts.models import Account, Engagement
from alignment.core import figures
from alignment.core.scoping import ScopedQuerySet
from alignment.icp.models import Answer
from alignment.people.models import Program
from alignment.workspace.paging import Ordering, Page, page_of
from campaigns.calendar.models import Touch, TouchPerson
from campaigns.library.models import Asset
from campaigns.library.queries import personas_of, sectors
from campaigns.library.rules import sector_of
from campaigns.selection.queries.targets import open_targets

PAGE = 50
MOST_TOUCHES = 50
# Engagements within this time after a touch are reported as following it, without claiming that it
# caused them.
FOLLOWS_WITHIN = timedelta(days=14)
BY_TITLE = Ordering(("title", "id"), (str, int))


@dataclass(frozen=True, slots=True)
class Use:
    """Results of the touches of one selection. Shares are of `done`, the sample size."""

    planned: int = 0
    done: int = 0
    answered: int = 0
    meetings: int = 0
    followed: int = 0

    @property
    def answered_share(self) -> str:
        return self._share(self.answered)

    @property
    def meetings_share(self) -> str:
        return self._share(self.meetings)

    @property
    def followed_share(self) -> str:
        return self._share(self.followed)

    def _share(self, number: int) -> str:
        return figures.percent(100 * number // self.done) if self.done else ""


@dataclass(frozen=True, slots=True)
class AssetRow:
    asset: Asset
    use: Use
    sector: str


@dataclass(frozen=True, slots=True)
class AssetPage:
    asset: Asset
    sector: str
    use: Use
    results: list[tuple[str, int]]
    touches: list[Touch]
    has_more: bool


@dataclass(frozen=True, slots=True)
class SectorGap:
    """A sector of target accounts, or of accounts that match the profile, without a case study."""

    code: str
    title: str
    accounts: int
    targets: int


@dataclass(frozen=True, slots=True)
class Gaps:
    sectors: list[SectorGap]
    # Accounts that match the profile and have no known industry.
    unknown: int
    stages: list[tuple[str, str]]
    # For each persona the number of pieces by stage, in the order of `stages`.
    personas: list[tuple[str, list[int]]] = field(default_factory=list)

    @property
    def empty_cells(self) -> int:
        return sum(number == 0 for _persona, numbers in self.personas for number in numbers)


def library_page(
    *, program: Program, rows: ScopedQuerySet[Asset], asked: Mapping[str, str]
) -> Page[AssetRow]:
    """Four statements for any length of the page."""
    page: Page[Asset] = page_of(rows, BY_TITLE, asked, size=PAGE)
    uses = uses_of(program, Q(asset__in=[asset.pk for asset in page.rows]), "asset_id")
    names = dict(sectors())
    lines = [
        AssetRow(asset, uses.get(asset.pk, Use()), names.get(asset.sector, asset.sector))
        for asset in page.rows
    ]
    return Page(lines, page.after, page.before)


def uses_of(program: Program, which: Q, by: str) -> dict[Any, Use]:
    """The touches that match `which`, counted by the column `by`; one statement."""
    rows = Touch.objects.in_program(program).filter(which)
    counts = {name: Count("pk", filter=of) for name, of in of_use(program).items()}
    counted = rows.values(by).annotate(**counts)
    return {row.pop(by): Use(**row) for row in counted.order_by()}


def of_use(program: Program) -> dict[str, Q]:
    """The filter behind each number of `Use`."""
    done = Q(state=Touch.State.DONE)
    return {
        "planned": Q(state=Touch.State.PLANNED),
        "done": done,
        "answered": done & Q(result__in=Touch.REPLIES),
        "meetings": done & Q(result=Touch.Result.MEETING),
        "followed": done & _led(program),
    }


def _led(program: Program) -> Q:
    """Whether somebody reached by the touch engaged soon after it."""
    soon = Engagement.objects.in_program(program).filter(
        occurred_at__gte=OuterRef("done_at"), occurred_at__lte=OuterRef("done_at") + FOLLOWS_WITHIN
    )
    reached = TouchPerson.objects.in_program(program).filter(touch=OuterRef(OuterRef("pk")))
    # Through leads, whose index has the moment.
    of_person = soon.filter(lead__stakeholder__in=reached.values("stakeholder"))
    of_account = soon.filter(lead__stakeholder__account=OuterRef("account"))
    # In this order: what is cheap to know spares the search.
    return Q(Exists(of_person)) | Q(is_whole_committee=True) & Q(Exists(of_account))


def asset_page(asset: Asset) -> AssetPage:
    """One piece of content with the touches that used it: six statements."""
    program = asset.program
    rows = Touch.objects.in_program(program).filter(asset=asset)
    results = Counter(
        dict(
            rows.filter(state=Touch.State.DONE)
            .exclude(result="")
            .values_list("result")
            .annotate(number=Count("pk"))
            .order_by()
        )
    )
    touches, has_more = nearest_touches(rows.select_related("campaign"), MOST_TOUCHES)
    return AssetPage(
        asset=asset,
        sector=dict(sectors()).get(asset.sector, asset.sector),
        use=uses_of(program, Q(asset=asset), "asset_id").get(asset.pk, Use()),
        results=[(str(Touch.Result(key).label), n) for key, n in results.most_common()],
        touches=touches,
        has_more=has_more,
    )


def nearest_touches(rows: ScopedQuerySet[Touch], most: int) -> tuple[list[Touch], bool]:
    """The touches closest to now, past and future, the newest first; and whether there are more.

    Two statements, each of which reads no more than the touches of one direction that may be shown.
    """
    now = timezone.now()
    rows = rows.select_related("account", "who")
    ahead = rows.filter(starts_at__gte=now).order_by("starts_at", "id")[: most + 1]
    past = rows.filter(starts_at__lt=now).order_by("-starts_at", "-id")[: most + 1]
    found = sorted([*ahead, *past], key=lambda touch: abs(touch.starts_at - now))
    shown = sorted(found[:most], key=lambda touch: (touch.starts_at, touch.pk), reverse=True)
    return shown, len(found) > most


def gaps(*, program: Program) -> Gaps:
    """Gaps of the library: six statements. Sectors of target accounts come first."""
    live = Asset.objects.in_program(program).filter(retired_at__isnull=True)
    studies = live.filter(kind=Asset.Kind.CASE_STUDY).exclude(sector="")
    told = set(studies.values_list("sector", flat=True))
    accounts = Account.objects.in_program(program)
    chosen = _by_sector(accounts.filter(pk__in=open_targets(program).values("account")))
    wanted = _by_sector(accounts.filter(verdict__program=program, verdict__answer=Answer.YES))
    missing = [
        SectorGap(code, title, wanted[code], chosen[code])
        for code, title in sectors()
        if wanted[code] + chosen[code] and code not in told
    ]
    stages = [(str(value), str(label)) for value, label in Asset.BuyingStage.choices]
    return Gaps(
        sectors=sorted(missing, key=lambda gap: (-gap.targets, -gap.accounts)),
        unknown=wanted[""],
        stages=stages,
        personas=_by_persona(live, personas_of(program), [value for value, _label in stages]),
    )


def _by_sector(rows: ScopedQuerySet[Account]) -> Counter[str]:
    """The number of accounts by sector; "" for an unknown industry."""
    counted = rows.values_list(Left(F("naics"), 2)).annotate(number=Count("pk")).order_by()
    found: Counter[str] = Counter()
    for digits, number in counted:
        found[sector_of(digits or "")] += number
    return found


def _by_persona(
    live: ScopedQuerySet[Asset], personas: Sequence[str], stages: Sequence[str]
) -> list[tuple[str, list[int]]]:
    """Content for every persona or every stage counts in each cell."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for persona, stage, number in (
        live.values_list("persona", "stage").annotate(number=Count("pk")).order_by()
    ):
        counts[persona][stage] += number
    return [
        (
            persona,
            [
                sum(counts[who][which] for who in (persona, "") for which in (stage, ""))
                for stage in stages
            ],
        )
        for persona in personas
    ]
