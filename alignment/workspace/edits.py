"""Forms over something stored: who saves one writes what they changed, not what they saw.

The form carries the values it was rendered with (`initial-…`, hidden). Two people who edit different
fields at once both keep their words; over one field the later one is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class EditForm(forms.Form):
    """`fields_of` names the field where the facts are called otherwise."""

    fields_of: ClassVar[Mapping[str, str]] = {}

    def carry_initial(self) -> None:
        """What was shown comes back with what was typed. Whoever sends none meets what is stored."""
        for name, field in self.fields.items():
            field.show_hidden_initial = (
                not self.is_bound or self.add_initial_prefix(name) in self.data
            )

    def facts_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def changed_facts(self) -> dict[str, Any]:
        return self.facts_of({name: self.cleaned_data[name] for name in self.changed_data})

    def seen_facts(self) -> dict[str, Any]:
        """What these facts were when the form was rendered, as far as it can be read again."""
        names = set(self.changed_data)
        shown = {name: self.data.get(self.add_initial_prefix(name)) for name in self.fields}
        before = self.as_shown({self.add_prefix(n): v or "" for n, v in shown.items()})
        before.is_valid()
        known = names & before.cleaned_data.keys() & self._carried()
        return self.facts_of({name: before.cleaned_data[name] for name in known})

    def as_shown(self, data: dict[str, Any]) -> EditForm:
        """The same form, bound to other values."""
        raise NotImplementedError

    def ask_again(self, facts: Iterable[str], stored: Mapping[str, Any]) -> None:
        """Somebody else changed these facts meanwhile: show both values, and what is stored now.

        Saving once more replaces theirs, for the form now carries them as seen.
        """
        mine = set(self.changed_data)
        self.data = self.data.copy()  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            now = field.prepare_value(stored.get(name))
            self.data[self.add_initial_prefix(name)] = "" if now is None else now  # type: ignore[index]
            if name not in mine:
                self.data[self.add_prefix(name)] = "" if now is None else now  # type: ignore[index]
        for name in {self.fields_of.get(fact, fact) for fact in facts}:
            theirs = _label(self.fields[name], stored.get(name)) or gettext("Unknown")
            self.add_error(
                name,
                gettext(
                    "Somebody else meanwhile wrote “%(value)s”. Save again to replace it with yours."
                )
                % {"value": theirs},
            )

    def _carried(self) -> set[str]:
        return {name for name, field in self.fields.items() if field.show_hidden_initial}


def _label(field: forms.Field, value: Any) -> str:
    """A value as its field shows it: the words of a choice, not its key."""
    shown = field.prepare_value(value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(shown, shown or ""))  # type: ignore[arg-type]
    return str(shown or "")
