"""Points suggested from past outcomes, and the draft created from them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.agreements.actions import drafts
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import open_version
from alignment.core import audit
from alignment.people.actions.programs import lock_program
from alignment.people.models import User

from ..queries import signal_codes
from ..rules import parse_model
from . import learning, points
from . import statistics as st
from .models import Backtest
from .points import Past
from .running import outcomes_of


class CannotSuggest(Exception):
    """The message says why."""


def suggest(*, backtest: Backtest, by: User) -> Backtest:
    """Compute points from the outcomes of a finished back-test and store them with it."""
    if not learning.is_installed():
        raise CannotSuggest(_("scikit-learn is not installed here."))
    if not backtest.result or "tested" not in backtest.result:
        raise CannotSuggest(_("There are too few outcomes to suggest anything from."))
    past = _past(backtest)
    width = len(backtest.candidates)
    model = parse_model({**backtest.content, "rules": backtest.candidates})
    dimensions = [rule.dimension for rule in model.rules]
    weights = learning.weights(past, width)
    evidence = points.evidence(past, width)
    given = points.table(
        weights,
        past,
        dimensions,
        kept=[
            rule.points if found.is_chance else None
            for rule, found in zip(model.rules, evidence, strict=True)
        ],
        mql_at=model.mql_at,
        sql_at=model.sql_at,
    )
    backtest.suggestion = {
        "at": timezone.now().isoformat(),
        "points": given,
        "weights": [round(weight, 3) for weight in weights],
        "evidence": [_kept(found) for found in evidence],
        "auc": _auc([points.total(given, p.met, dimensions) for p in past], past),
        "unseen_auc": _auc(learning.chances(past, width), past),
    }
    with transaction.atomic():
        backtest.save(update_fields=["suggestion"])
        audit.record(
            by=by, action="scoring.suggest", target=backtest, program_id=backtest.program_id
        )
    return backtest


def _past(backtest: Backtest) -> list[Past]:
    rows = outcomes_of(backtest).filter(moment__isnull=False).order_by("id")
    return [Past(tuple(met), won) for met, won in rows.values_list("met", "won")]


def _kept(found: points.Evidence) -> dict[str, Any]:
    return {
        "won_with": found.won_with,
        "won": found.won,
        "lost_with": found.lost_with,
        "lost": found.lost,
        "odds": found.odds,
        "chance": found.is_chance,
    }


def _auc(scores: list[Any], past: list[Past]) -> st.Interval:
    pairs = list(zip(scores, past, strict=True))
    return st.auc([s for s, p in pairs if p.won], [s for s, p in pairs if not p.won])


def draft_of_suggestion(*, backtest: Backtest, by: User) -> Version:
    """A draft with the suggested points, to be edited and signed like any other.

    Raises `CannotSuggest` while another version is open, `InvalidModel` if a signal is gone.
    """
    program = backtest.program
    if not backtest.result or not backtest.suggestion or not any(backtest.suggestion["points"]):
        raise CannotSuggest(_("There is no suggestion to make a draft of."))
    content = points.content(backtest.content, backtest.candidates, backtest.suggestion["points"])
    parse_model(content, signal_codes(program.pk))
    with transaction.atomic():
        # The lock keeps others from starting a draft between the check and this one.
        lock_program(program)
        if open_version(program, Kind.SCORING) is not None:
            raise CannotSuggest(_("Another version is open: settle that one first."))
        note = _("Points suggested by back-test %(number)d from %(outcomes)d past outcomes.") % {
            "number": backtest.pk,
            "outcomes": backtest.result["outcomes"],
        }
        return drafts.start_draft(
            program=program, kind=Kind.SCORING, by=by, content=content, note=note
        )
