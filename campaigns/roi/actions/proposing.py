"""Proposes points for opening and using a page to a program whose scoring model has none."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from alignment.agreements.actions.drafts import save_draft, start_draft
from alignment.agreements.models import Kind, Version
from alignment.people.models import Program, User
from alignment.scoring.defaults import ROI_RULES

from ..queries.scoring import is_named
from .signals import install_signals


@transaction.atomic
def propose_rules(*, program: Program, by: User) -> Version:
    """Add the shipped rules to the open draft of the scoring model, or to a new draft. The model in
    force stays until both sides sign.

    Raises `NotADraft` while a proposal waits for signatures, and `InvalidContent` if the model or
    the signals are full.
    """
    install_signals(program=program, by=by)
    draft = start_draft(program=program, kind=Kind.SCORING, by=by)
    rules = draft.content.get("rules", [])
    if is_named(draft.content):
        return draft
    content = draft.content | {"rules": [*rules, *ROI_RULES]}
    note = draft.note or _("Points for opening and using an ROI page.")
    return save_draft(version=draft, content=content, note=note, by=by)
