"""The template context of a criterion's form, on every page that has one."""

from __future__ import annotations

from typing import Any

from .forms import CriterionForm, GeographyForm, PickerForm
from .pickers import options


def as_typed(form: CriterionForm) -> CriterionForm:
    """The form after a search: nothing typed is lost, and no error is shown before saving."""
    return type(form)(initial={name: form[name].value() for name in form.fields})


def form_context(form: CriterionForm, *, key: str | None, search: str) -> dict[str, Any]:
    """`key` is the key of the criterion being replaced, None for a new one."""
    context: dict[str, Any] = {
        "form": form,
        "kind": form.kind,
        "key": key,
        "counts_at_once": key is not None or form.is_bound,
    }
    if isinstance(form, PickerForm):
        ranked = form.ranked() if isinstance(form, GeographyForm) else {}
        context["name"] = form.picked
        context["search"] = search
        context["options"] = options(
            kind=form.kind, chosen=form.chosen(), search=search, ranked=ranked
        )
    return context
