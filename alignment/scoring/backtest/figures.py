"""The figures of a finished back-test, as they are stored and shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from ..rules import ScoringModel
from . import statistics as st

STEP = 5
HIGHEST = 150
TENTHS = range(1, 11)
NARROW, WIDE, SPREAD = 5, 10, 40


class Scored(NamedTuple):
    """One outcome under one model."""

    won: bool
    total: int
    passed: bool


def figures(model: ScoringModel, outcomes: Sequence[Scored]) -> dict[str, Any]:
    """How the model performed. Needs enough outcomes of both kinds."""
    won = [float(o.total) for o in outcomes if o.won]
    lost = [float(o.total) for o in outcomes if not o.won]
    points = st.gains(won, lost)
    right = sum(o.won and o.passed for o in outcomes)
    passed = sum(o.passed for o in outcomes)
    return {
        "mql_at": model.mql_at,
        "sql_at": model.sql_at,
        "auc": st.auc(won, lost),
        "bands": [
            _band(band) for band in _inhabited(st.bands(won, lost, width=_width(won + lost)))
        ],
        "cuts": [asdict(cut) for cut in st.cuts(won, lost, _thresholds(model, won + lost))],
        "curve": _thinned(points),
        "lift": [_lift(points, tenth) for tenth in TENTHS],
        "won": len(won),
        "lost": len(lost),
        "won_passed": right,
        "lost_passed": passed - right,
        "missed": len(won) - right,
        "precision": st.wilson(right, passed) if passed else None,
        "recall": st.wilson(right, len(won)),
    }


def gain(new: Sequence[Scored], base: Sequence[Scored]) -> st.Interval:
    """By how much the tested model separates won from lost better than the base model."""
    pairs = list(zip(new, base, strict=True))
    won = [(float(a.total), float(b.total)) for a, b in pairs if a.won]
    lost = [(float(a.total), float(b.total)) for a, b in pairs if not a.won]
    return st.auc_gain(won, lost)


def _width(scores: Sequence[float]) -> int:
    """Scores at a hand-over may lie close together and then need narrow bands."""
    return NARROW if max(scores) - min(scores) <= SPREAD else WIDE


def _inhabited(bands: list[st.Band]) -> list[st.Band]:
    """The bands without the empty ones at both ends."""
    full = [i for i, band in enumerate(bands) if band.won + band.lost]
    return bands[full[0] : full[-1] + 1] if full else []


def _band(band: st.Band) -> dict[str, Any]:
    return {**asdict(band), "conversion": band.conversion}


def _thresholds(model: ScoringModel, scores: Sequence[float]) -> list[int]:
    """Thresholds from one that every outcome passes to one that none does."""
    first = max(STEP, int(min(scores)) // STEP * STEP)
    last = min(HIGHEST, int(max(scores)) + STEP)
    return [*range(first, last + 1, STEP), model.mql_at, model.sql_at]


def _lift(points: list[st.Point], tenth: int) -> dict[str, Any]:
    share = tenth / 10
    of_won = st.won_among_best(points, share)
    return {"share": share, "of_won": of_won, "lift": of_won / share}


def _thinned(points: list[st.Point]) -> list[list[float]]:
    """Few enough points for a picture."""
    step = max(1, len(points) // 100)
    kept = points[::step] if points[-1] == points[::step][-1] else [*points[::step], points[-1]]
    return [[round(p.share, 4), round(p.of_won, 4)] for p in kept]
