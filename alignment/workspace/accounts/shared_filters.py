"""Filters of accounts shared by the page of the list and the API."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import django_filters
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.intent.models import AccountIntent
from accounts.models import Account, Lead, Stage
from accounts.models.leads import OPEN_STAGES
from alignment.icp.models import Answer
from alignment.icp.rules import Criterion
from alignment.people.models import Program
from alignment.reference.industries import editions, sector_prefixes
from alignment.workspace.amounts import AmountField
from alignment.workspace.reference_names import industries_like, metros_like
from campaigns.selection.models import Tier
from campaigns.selection.queries.targets import open_targets

from .answers import answering

if TYPE_CHECKING:
    from alignment.core.scoping import ScopedQuerySet

# A word such as "other" occurs in hundreds of titles; only the broadest industries count.
MOST_INDUSTRIES = 100
HANDED_STAGES = (Stage.MQL, Stage.SQL)
LEADS = [
    ("open", _("With an open lead")),
    ("none", _("Without an open lead")),
    *((stage.value, stage.label) for stage in OPEN_STAGES),
]
INTENT = [
    ("rising", _("Rising against the three weeks before")),
    ("some", _("Some")),
    ("none", _("None seen")),
]
TIERS = [("any", _("On the list")), *Tier.choices, ("none", _("Not on the list"))]


class AmountFilter(django_filters.Filter):
    field_class = AmountField


class Narrowing:
    """What the methods of a filter set need from it."""

    program: Program
    criteria: Sequence[Criterion]

    def by_verdict(
        self, rows: ScopedQuerySet[Account], _name: str, value: str
    ) -> ScopedQuerySet[Account]:
        if value == Answer.UNKNOWN:
            return rows.filter(Q(verdict__answer=value) | Q(verdict__isnull=True))
        return rows.filter(verdict__answer=value, verdict__program=self.program)

    def by_heat(
        self, rows: ScopedQuerySet[Account], _name: str, value: bool
    ) -> ScopedQuerySet[Account]:
        if not value:
            return rows
        leads = Lead.objects.in_program(self.program).filter(stage__in=HANDED_STAGES)
        return rows.filter(Exists(leads.filter(account=OuterRef("pk"))))

    def by_leads(
        self, rows: ScopedQuerySet[Account], _name: str, value: str
    ) -> ScopedQuerySet[Account]:
        """ "open", "none" (no open lead), or a stage of one of its open leads."""
        mine = Lead.objects.in_program(self.program).filter(
            account=OuterRef("pk"), closed_at__isnull=True
        )
        if value == "none":
            # One index lookup for each account of a page. For NOT EXISTS the planner expects no row
            # at all, and joins every account with every lead.
            one = Subquery(mine.values_list(Value(True))[:1])
            return rows.alias(has_lead=Coalesce(one, Value(False))).filter(has_lead=False)
        return rows.filter(Exists(mine if value == "open" else mine.filter(stage=value)))

    def by_intent(
        self, rows: ScopedQuerySet[Account], _name: str, value: str
    ) -> ScopedQuerySet[Account]:
        if value == "none":
            # One lookup for each account, as above. For OR over an outer join the planner expects
            # no row, either; for "less than" it expects a third, and walks the index of the list's
            # order.
            mine = AccountIntent.objects.in_program(self.program).filter(account=OuterRef("pk"))
            strength = Coalesce(Subquery(mine.values("strength")[:1]), Value(0))
            return rows.alias(intent_now=strength).filter(intent_now__lt=1)
        rows = rows.filter(intent__program=self.program, intent__strength__gt=0)
        return rows.filter(intent__change__gt=0) if value == "rising" else rows

    def by_tier(
        self, rows: ScopedQuerySet[Account], _name: str, value: str
    ) -> ScopedQuerySet[Account]:
        chosen = open_targets(self.program.pk)
        if value.isdigit():
            chosen = chosen.filter(tier=value)
        of_account = Exists(chosen.filter(account=OuterRef("pk")))
        return rows.filter(~of_account if value == "none" else of_account)

    def by_metro(
        self, rows: ScopedQuerySet[Account], _name: str, value: str
    ) -> ScopedQuerySet[Account]:
        return rows.filter(cbsa__in=metros_like(value))

    def by_industry(
        self, rows: ScopedQuerySet[Account], _name: str, value: str
    ) -> ScopedQuerySet[Account]:
        """The first digits of a NAICS code, a sector such as 31-33, or words of titles."""
        prefixes = {
            code
            for asked in industries_like(value)[:MOST_INDUSTRIES]
            for each in sector_prefixes(asked)
            for code in editions(each)
        }
        if not prefixes:
            return rows.none()
        return rows.filter(reduce(or_, (Q(naics__startswith=code) for code in sorted(prefixes))))

    def at_least(
        self, rows: ScopedQuerySet[Account], name: str, value: int
    ) -> ScopedQuerySet[Account]:
        """Accounts whose range may reach this value: its upper end does, or is unknown."""
        fact = name.removesuffix("_min")
        open_end = Q(**{f"{fact}_high__isnull": True, f"{fact}_low__isnull": False})
        return rows.filter(Q(**{f"{fact}_high__gte": value}) | open_end)

    def at_most(
        self, rows: ScopedQuerySet[Account], name: str, value: int
    ) -> ScopedQuerySet[Account]:
        fact = name.removesuffix("_max")
        open_end = Q(**{f"{fact}_low__isnull": True, f"{fact}_high__isnull": False})
        return rows.filter(Q(**{f"{fact}_low__lte": value}) | open_end)

    def by_answers(
        self, rows: ScopedQuerySet[Account], _name: str, value: list[str]
    ) -> ScopedQuerySet[Account]:
        return answering(rows, value, self.criteria, self.program) if value else rows
