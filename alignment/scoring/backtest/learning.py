"""The only module that needs scikit-learn, which is optional (see requirements-suggest.txt)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from .points import Past

FOLDS = 5


def is_installed() -> bool:
    return find_spec("sklearn") is not None


def weights(past: Sequence[Past], width: int) -> list[float]:
    """What each candidate adds to the log-odds of being won, given all others.

    A logistic regression with a ridge penalty, which keeps the weights of rare or correlated
    candidates small. The same outcomes give the same weights.
    """
    found = _regression().fit(_matrix(past, width), [p.won for p in past])
    return [float(weight) for weight in found.coef_[0]]


def chances(past: Sequence[Past], width: int) -> list[float]:
    """Each outcome's probability of being won, by a regression without it (five folds)."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    columns, won = _matrix(past, width), [p.won for p in past]
    found = cross_val_predict(_regression(), columns, won, cv=folds, method="predict_proba")
    return [float(chance) for _lost, chance in found]


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0, max_iter=2_000)


def _matrix(past: Sequence[Past], width: int) -> Any:
    import numpy as np

    matrix = np.zeros((len(past), width))
    for row, p in enumerate(past):
        matrix[row, list(p.met)] = 1
    return matrix
