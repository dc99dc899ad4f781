"""Filtering lists by owner: one person, nobody, people who are gone, or a team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import OuterRef
from django.utils.translation import gettext_lazy as _

from alignment.people.models import Role
from alignment.people.queries import former_owners

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from alignment.people.models import Membership, Program


class OwnerFilter(django_filters.FilterSet):
    """A filter set with a choice `team` and a choice of people, which is named like its column
    `PERSON`.
    """

    PERSON: str
    SELECTS: tuple[str, ...]

    def __init__(
        self, *args: Any, program: Program, members: Sequence[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.program = program
        self.members = members
        teams = {member.team.pk: str(member.team) for member in members if member.team}
        self.filters["team"].extra["choices"] = [(str(pk), name) for pk, name in teams.items()]
        # Observers are read-only and own nothing.
        people = [(str(m.user_id), str(m.user)) for m in members if m.role != Role.OBSERVER]
        self.filters[self.PERSON].extra["choices"] = [
            ("nobody", _("Nobody yet")),
            ("gone", _("No longer in the program")),
            *people,
        ]
        for name in self.SELECTS:
            field = self.form.fields[name]
            field.widget.attrs |= {"class": "select", "aria-label": str(field.label)}

    @property
    def kept(self) -> dict[str, str]:
        """The filters that are set and valid, for links to other views of the same list."""
        wrong = self.form.errors
        given = {name: self.data.get(name) for name in self.filters if name not in wrong}
        return {name: value for name, value in given.items() if value}

    def by_team(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        team = [member.user_id for member in self.members if member.team_id == int(value)]
        return rows.filter(**{f"{self.PERSON}__in": team})

    def by_person(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == "gone":
            return rows.filter(**{f"{self.PERSON}__in": self._gone(rows.model)})
        return rows.filter(**{self.PERSON: None if value == "nobody" else int(value)})

    def _gone(self, model: Any) -> list[int]:
        owned = model.objects.in_program(self.program).filter(**{self.PERSON: OuterRef("pk")})
        return former_owners(self.program, owned)
