"""The weights of the account score in the words of those who agreed on them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.agreements.rules import Clause

from .rules import PARTS, AccountWeights


def part_names() -> dict[str, str]:
    """Part -> its name in the active language."""
    return {
        "fit": _("Fit"),
        "engagement": _("Engagement"),
        "intent": _("Intent"),
        "relationships": _("Relationships"),
    }


def weight_clauses(weights: AccountWeights) -> list[Clause]:
    """The most points of each part, and what counts within them."""
    names = part_names()
    said = [
        Clause(
            f"account:{part}",
            _("Account score, %(part)s") % {"part": names[part].lower()},
            _("at most %(n)d of 100 points") % {"n": weights.most(part)},
        )
        for part in PARTS
    ]
    points = ngettext("%(n)d point", "%(n)d points", weights.warm_at) % {"n": weights.warm_at}
    said.append(Clause("account:warm_at", _("Account score, a person is warm from"), points))
    said.append(
        Clause(
            "account:further",
            _("Account score, each further warm or known person"),
            _("%(n)d of 100") % {"n": weights.further},
        )
    )
    return said
