"""Names of fields that models leave to Django, such as "created by", in the language of the page.

Django makes them from the field's name, in English. These are the ones that the admin shows.
"""

from typing import Any

from django.apps import apps
from django.utils.translation import pgettext_lazy

NAMES: dict[str, Any] = {
    "account": pgettext_lazy("name of a field", "account"),
    "actor": pgettext_lazy("name of a field", "actor"),
    "answered by": pgettext_lazy("name of a field", "answered by"),
    "asset": pgettext_lazy("name of a field", "asset"),
    "baseline": pgettext_lazy("name of a field", "baseline"),
    "briefing": pgettext_lazy("name of a field", "briefing"),
    "by": pgettext_lazy("name of a field", "by"),
    "calculator": pgettext_lazy("name of a field", "calculator"),
    "campaign": pgettext_lazy("name of a field", "campaign"),
    "candidate": pgettext_lazy("name of a field", "candidate"),
    "created by": pgettext_lazy("name of a field", "created by"),
    "cursor": pgettext_lazy("name of a field", "cursor"),
    "dry run job": pgettext_lazy("name of a field", "dry run job"),
    "duplicates job": pgettext_lazy("name of a field", "duplicates job"),
    "endpoint": pgettext_lazy("name of a field", "endpoint"),
    "event": pgettext_lazy("name of a field", "event"),
    "failures": pgettext_lazy("name of a field", "failures"),
    "from stage": pgettext_lazy("name of a field", "from stage"),
    "handoff": pgettext_lazy("name of a field", "handoff"),
    "job": pgettext_lazy("name of a field", "job"),
    "key": pgettext_lazy("name of a field", "key"),
    "lead": pgettext_lazy("name of a field", "lead"),
    "lease until": pgettext_lazy("name of a field", "lease until"),
    "level": pgettext_lazy("name of a field", "level"),
    "look at": pgettext_lazy("name of a field", "look at"),
    "note": pgettext_lazy("name of a field", "note"),
    "opened by": pgettext_lazy("name of a field", "opened by"),
    "opportunity": pgettext_lazy("name of a field", "opportunity"),
    "overridden by": pgettext_lazy("name of a field", "overridden by"),
    "owner": pgettext_lazy("name of a field", "owner"),
    "owner after": pgettext_lazy("name of a field", "owner after"),
    "owner before": pgettext_lazy("name of a field", "owner before"),
    "play": pgettext_lazy("name of a field", "play"),
    "published by": pgettext_lazy("name of a field", "published by"),
    "removed by": pgettext_lazy("name of a field", "removed by"),
    "resting until": pgettext_lazy("name of a field", "resting until"),
    "run": pgettext_lazy("name of a field", "run"),
    "session": pgettext_lazy("name of a field", "session"),
    "sha256": pgettext_lazy("name of a field", "sha256"),
    "share": pgettext_lazy("name of a field", "share"),
    "signal": pgettext_lazy("name of a field", "signal"),
    "source import": pgettext_lazy("name of a field", "source import"),
    "stakeholder": pgettext_lazy("name of a field", "stakeholder"),
    "started by": pgettext_lazy("name of a field", "started by"),
    "team": pgettext_lazy("name of a field", "team"),
    "to stage": pgettext_lazy("name of a field", "to stage"),
    "touch": pgettext_lazy("name of a field", "touch"),
    "track": pgettext_lazy("name of a field", "track"),
    "user": pgettext_lazy("name of a field", "user"),
    "version": pgettext_lazy("name of a field", "version"),
    "warned": pgettext_lazy("name of a field", "warned"),
}


def translate_field_names() -> None:
    """Give the fields of all models that have no name of their own one that is translated."""
    for model in apps.get_models():
        for field in (*model._meta.fields, *model._meta.many_to_many):
            name = NAMES.get(str(field.verbose_name))
            if name and getattr(field, "_verbose_name", "") is None:
                field.verbose_name = name
