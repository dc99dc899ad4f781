"""Edit forms that write only the fields a person changed, not everything they saw.

The form carries the values it was rendered with (`initial-…`, hidden). Two people who edit
different fields at once both keep their changes; if they edit the same field, the second one is
asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from alignment.core.changed_fields import ChangedFieldsForm
from alignment.core.edits import Overwritten

# Of longer texts only the part that differs is shown.
LONGEST_SHOWN = 200
AROUND = 60


class EditForm(ChangedFieldsForm):
    """`fields_of` maps facts to form fields with a different name."""

    fields_of: ClassVar[Mapping[str, str]] = {}
    # Somebody else has changed the same field.
    is_overwritten = False

    def facts_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def changed_facts(self) -> dict[str, Any]:
        return self.facts_of({name: self.cleaned_data[name] for name in self.touched()})

    def seen_facts(self) -> dict[str, Any]:
        """The values of the changed facts when the form was rendered, if they can be parsed."""
        before = self.as_shown({self.add_prefix(name): self._shown(name) for name in self.fields})
        before.is_valid()
        known = self.touched() & before.cleaned_data.keys() & self._carried()
        return self.facts_of({name: before.cleaned_data[name] for name in known})

    def as_shown(self, data: dict[str, Any]) -> EditForm:
        """The same form, bound to other values."""
        raise NotImplementedError

    def ask_again(self, facts: Iterable[str], stored: Mapping[str, Any]) -> None:
        """Somebody else has changed these facts: show their values beside the input.

        Saving again replaces theirs, because the form now carries the stored values as initial
        ones.
        """
        mine, shown = self.touched(), {name: self._shown(name) for name in self.fields}
        self.is_overwritten = True
        self.data = self.data.copy()  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            now = field.prepare_value(stored.get(name))
            self._put(self.add_initial_prefix(name), now)
            if name not in mine:
                self._put(self.add_prefix(name), now)
        for name in {self.fields_of.get(fact, fact) for fact in facts}:
            theirs = _label(self.fields[name], stored.get(name)) or gettext("Unknown")
            theirs = _where_other(theirs, str(shown[name] or ""))
            self.add_error(
                name,
                gettext(
                    "Somebody else meanwhile wrote “%(value)s”. Save again to replace it with yours."
                )
                % {"value": theirs},
            )

    def _shown(self, name: str) -> Any:
        """The value of the field when it was rendered, as submitted."""
        hidden = self.fields[name].hidden_widget()
        return (
            hidden.value_from_datadict(self.data, self.files, self.add_initial_prefix(name)) or ""
        )

    def _put(self, key: str, value: Any) -> None:
        data: Any = self.data
        if isinstance(value, list):
            data.setlist(key, value)
        else:
            data[key] = "" if value is None else value

    def _carried(self) -> set[str]:
        return {name for name, field in self.fields.items() if field.show_hidden_initial}


def _label(field: forms.Field, value: Any) -> str:
    """A value as text: for a choice its label, not its key."""
    if isinstance(value, datetime):
        return str(date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT"))
    if isinstance(value, date):
        return str(date_format(value, "SHORT_DATE_FORMAT"))
    shown = field.prepare_value(value)
    if isinstance(field, forms.ChoiceField):
        words: dict[Any, Any] = dict(field.choices)  # type: ignore[arg-type]
        keys = shown if isinstance(shown, list) else [shown]
        return ", ".join(str(words.get(key, key or "")) for key in keys)
    return "" if shown is None else str(shown)


def _where_other(theirs: str, seen: str) -> str:
    """The part of a long text that differs from `seen`, with some context."""
    if len(theirs) <= LONGEST_SHOWN:
        return theirs
    seen, most = seen.replace("\r\n", "\n"), min(len(theirs), len(seen))
    ahead = next((i for i in range(most) if theirs[i] != seen[i]), most)
    behind = next((i for i in range(most - ahead) if theirs[-1 - i] != seen[-1 - i]), most - ahead)
    first, last = max(0, ahead - AROUND), min(len(theirs), len(theirs) - behind + AROUND)
    part = theirs[first:last].strip()
    return f"{'… ' if first else ''}{part}{' …' if last < len(theirs) else ''}"


def save_edit(
    form: EditForm, write: Callable[..., Any], stored: Callable[[], Mapping[str, Any]]
) -> bool:
    """Call `write(seen=…, **facts)` with the changed facts; returns whether it succeeded. If not,
    the form shows the errors, or the values that somebody else wrote; `stored` returns the current
    values for the form.
    """
    try:
        write(seen=form.seen_facts(), **form.changed_facts())
    except ValidationError as refused:
        form.add_error(None, refused)
    except Overwritten as late:
        form.ask_again(late.fields, stored())
    else:
        return True
    return False
