"""Forms of a note, a marked passage, a topic and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from alignment.core.file_picker import FilePicker
from alignment.core.names import NameField
from alignment.workspace.calendar.forms import WhenField
from alignment.workspace.edits import EditForm
from campaigns.insights.actions.notes import WRITTEN
from campaigns.insights.models import (
    LONGEST_NOTE,
    InsightTopic,
    Note,
    NotePerson,
    Tag,
    TagKind,
)
from campaigns.insights.rules.texts import SUFFIXES, Unreadable, cleaned, from_file
from campaigns.library.queries import sectors

if TYPE_CHECKING:
    from accounts.models import Stakeholder
    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Membership, Program
    from campaigns.library.models import Asset
    from campaigns.opportunities.models import Opportunity

# At most four bytes per character, and some room for the timestamps of a transcript.
LARGEST_FILE = 4 * 1024 * 1024
PERIODS = (("30", _("Last 30 days")), ("90", _("Last 90 days")), ("365", _("Last 365 days")))
WAITING = (("waiting", _("With suggestions to decide")),)


class NoteFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="kept", label=_("Words in notes"), max_length=200)
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=Note.Kind.choices, empty_label=_("Any kind")
    )
    topic = django_filters.ChoiceFilter(
        method="by_topic", label=_("Topic"), empty_label=_("Any topic")
    )
    state = django_filters.ChoiceFilter(
        method="by_state", label=_("Tags"), choices=WAITING, empty_label=_("Decided or not")
    )

    class Meta:
        model = Note
        fields: Sequence[str] = ()

    def __init__(
        self, *args: Any, program: Program, topics: Sequence[InsightTopic], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tags = Tag.objects.in_program(program)
        colon = pgettext("after a label", ":")
        named = [(str(row.pk), f"{row.get_kind_display()}{colon} {row}") for row in topics]
        self.filters["topic"].extra["choices"] = named
        for name in ("kind", "topic", "state"):
            field = self.form.fields[name]
            field.widget.attrs |= {"class": "select", "aria-label": str(field.label)}

    def kept(self, rows: ScopedQuerySet[Note], _name: str, _value: str) -> ScopedQuerySet[Note]:
        """The view does the search, because it also needs the words for excerpts."""
        return rows

    def by_topic(self, rows: ScopedQuerySet[Note], _name: str, value: str) -> ScopedQuerySet[Note]:
        return rows.filter(
            pk__in=self.tags.filter(topic=int(value), state="accepted").values("note")
        )

    def by_state(self, rows: ScopedQuerySet[Note], _name: str, _value: str) -> ScopedQuerySet[Note]:
        return rows.filter(pk__in=self.tags.filter(state="suggested").values("note"))


class NoteForm(EditForm):
    """A new note, or with `note` an edit of a stored one."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Note.Kind.choices,
        help_text=_(
            "An e-mail is what they wrote. Our own note does not count as heard from them."
        ),
    )
    at = WhenField(label=_("When"), help_text=_("On your clock."))
    text = forms.CharField(
        label=_("What was said"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "maxlength": LONGEST_NOTE}),
        help_text=_("Type it, or paste the transcript."),
    )
    file = forms.FileField(
        label=_("Or a transcript as a file"),
        required=False,
        help_text=_("A .txt, .vtt or .srt file. Times are taken out."),
        widget=FilePicker(attrs={"accept": ",".join(SUFFIXES)}),
    )
    opportunity = forms.ChoiceField(label=_("Opportunity"), required=False)
    people = forms.MultipleChoiceField(
        label=_("Who was there"), required=False, widget=forms.CheckboxSelectMultiple
    )
    who = forms.ChoiceField(label=_("Who of us"), required=False)

    def __init__(
        self,
        *args: Any,
        deals: Sequence[Opportunity],
        people: Sequence[Stakeholder],
        members: Sequence[Membership],
        note: Note | None = None,
        **kwargs: Any,
    ) -> None:
        if note:
            kwargs["initial"] = stored_initial(note)
        super().__init__(*args, **kwargs)
        self.known: dict[str, Any] = {"deals": deals, "people": people, "members": members}
        self.deals = {str(deal.pk): deal for deal in deals}
        self.members = {str(member.user_id): member.user for member in members}
        fields: dict[str, Any] = self.fields
        named = [(key, str(deal)) for key, deal in self.deals.items()]
        fields["opportunity"].choices = [("", _("None")), *named]
        fields["people"].choices = [(str(person.pk), str(person)) for person in people]
        whom = [(key, str(user)) for key, user in self.members.items()]
        fields["who"].choices = [("", _("Nobody of us")), *whom]
        for name, rows in (("opportunity", deals), ("people", people)):
            if not rows:
                del self.fields[name]
        if note:
            self.carry_initial()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("file"):
            data["text"] = self._read(data["file"])
        elif not cleaned(data.get("text", "")) and not self.errors:
            self.add_error("text", gettext("Write what was said, or choose a file."))
        return data

    def _read(self, file: Any) -> str:
        name = str(file.name)
        if not name.lower().endswith(SUFFIXES):
            self.add_error("file", gettext("Choose a .txt, .vtt or .srt file."))
        elif file.size > LARGEST_FILE:
            self.add_error("file", gettext("This file is too large for a transcript."))
        else:
            try:
                text = from_file(file.read(), name)
            except Unreadable:
                said = gettext("The letters of this file cannot be read. Save it as UTF-8 first.")
                self.add_error("file", said)
            else:
                if text:
                    return text
                self.add_error("file", gettext("There are no words in this file."))
        return ""

    def touched(self) -> set[str]:
        """An uploaded file changes the text."""
        names = super().touched()
        return names - {"file"} | {"text"} if "file" in names else names

    def as_shown(self, data: dict[str, Any]) -> NoteForm:
        return NoteForm(data, **self.known)

    def ask_again(self, facts: Iterable[str], stored: Mapping[str, Any]) -> None:
        """A file field cannot be refilled, so its text goes into the text field."""
        super().ask_again(facts, stored)
        if self.cleaned_data.get("file"):
            self._put("text", self.cleaned_data["text"])

    def facts_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments for the action."""
        facts = {name: value for name, value in values.items() if name != "file"}
        if "people" in facts:
            facts["people"] = sorted(int(pk) for pk in facts["people"])
        for name, rows in (("opportunity", self.deals), ("who", self.members)):
            if name in facts:
                facts[name] = rows.get(facts[name])
        return facts


def stored_initial(note: Note) -> dict[str, Any]:
    known: dict[str, Any] = {name: getattr(note, name) for name in WRITTEN}
    links = NotePerson.objects.in_program(note.program_id).filter(note=note)
    known["people"] = [str(pk) for pk in links.values_list("stakeholder", flat=True)]
    return known | {"who": str(note.who_id or ""), "opportunity": str(note.opportunity_id or "")}


def note_initial(**known: Any) -> dict[str, Any]:
    return {"kind": Note.Kind.CALL, "at": timezone.now().replace(second=0)} | known


class MarkForm(forms.Form):
    """`topic` is the id of a topic, or a kind of passage that needs no topic."""

    quote = forms.CharField(
        label=_("Passage"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Select it in the text, or paste it."),
    )
    topic = forms.ChoiceField(label=_("What it is"))

    def __init__(self, *args: Any, topics: Sequence[InsightTopic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = {str(topic.pk): topic for topic in topics}
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, found in self.topics.items():
            groups.setdefault(str(found.get_kind_display()), []).append((key, str(found)))
        free = [(str(kind), str(kind.label)) for kind in (TagKind.COMMITMENT, TagKind.NEXT_STEP)]
        topic: Any = self.fields["topic"]
        topic.choices = [("", "—"), *groups.items(), (gettext("Without a topic"), free)]

    def arguments(self) -> dict[str, Any]:
        chosen = self.cleaned_data["topic"]
        topic = self.topics.get(chosen)
        kind = topic.kind if topic else chosen
        return {"quote": self.cleaned_data["quote"], "topic": topic, "kind": kind}


class PhrasesField(forms.CharField):
    """One phrase per line."""

    widget = forms.Textarea(attrs={"rows": 5})

    def clean(self, value: Any) -> Any:
        return [line for line in str(super().clean(value)).splitlines() if line.strip()]


class TopicForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=TagKind.choices)
    name = NameField(
        label=_("Name"), max_length=80, help_text=_("What both teams call it, such as Price.")
    )
    phrases = PhrasesField(
        label=_("Words to look for"),
        required=False,
        help_text=_(
            "One word or phrase a line, in English and French. Notes that have one get a"
            " suggestion; case and accents do not matter."
        ),
    )

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["kind"]


class AnswerForm(EditForm):
    answer = forms.CharField(
        label=pgettext_lazy("noun", "Answer"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What sales says to it. Left empty, there is no answer."),
    )
    asset = forms.ChoiceField(
        label=_("Content"), required=False, help_text=_("What to send along.")
    )

    def __init__(
        self,
        *args: Any,
        assets: Sequence[Asset],
        topic: InsightTopic | None = None,
        **kwargs: Any,
    ) -> None:
        if topic:
            kwargs["initial"] = answer_initial(topic)
        super().__init__(*args, **kwargs)
        if topic:
            self.carry_initial()
        self.topic = topic
        self.assets = {str(asset.pk): asset for asset in assets}
        asset: Any = self.fields["asset"]
        asset.choices = [
            ("", pgettext("content", "None")),
            *((key, str(row)) for key, row in self.assets.items()),
        ]

    def clean(self) -> dict[str, Any]:
        """An empty answer is only valid if it removes the existing one."""
        data = super().clean() or self.cleaned_data
        is_empty = not data.get("answer") and not data.get("asset")
        if is_empty and self.topic and not self.topic.answer:
            self.add_error("answer", gettext("Write what we answer."))
        return data

    @property
    def takes_away(self) -> bool:
        return not self.cleaned_data["answer"]

    def touched(self) -> set[str]:
        """The answer's text and its content are always written together."""
        return set(self.fields) if super().touched() else set()

    def as_shown(self, data: dict[str, Any]) -> AnswerForm:
        return AnswerForm(data, assets=[*self.assets.values()])

    def facts_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: self.assets.get(value) if name == "asset" else value
            for name, value in values.items()
        }


def answer_initial(topic: InsightTopic) -> dict[str, Any]:
    return {"answer": topic.answer, "asset": str(topic.asset_id or "")}


class MergeForm(forms.Form):
    into = forms.ChoiceField(
        label=_("Merge it into"),
        help_text=_(
            "Its tags and words to look for go there, and its answer if that topic has none. This"
            " cannot be undone."
        ),
    )

    def __init__(self, *args: Any, others: Sequence[InsightTopic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {str(topic.pk): topic for topic in others}
        into: Any = self.fields["into"]
        into.choices = [("", "—"), *((key, str(row)) for key, row in self.others.items())]

    def chosen(self) -> InsightTopic:
        return self.others[self.cleaned_data["into"]]


class HeardForm(forms.Form):
    """Filters for the frequency of topics. Invalid values are ignored."""

    kind = forms.ChoiceField(choices=TagKind.choices, required=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    stage = forms.TypedChoiceField(label=_("Stage"), required=False, coerce=int, empty_value=None)
    competitor = forms.TypedChoiceField(
        label=_("Competitor"), required=False, coerce=int, empty_value=None
    )
    days = forms.TypedChoiceField(
        label=_("Period"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("All time")), *PERIODS],
    )

    def __init__(
        self,
        data: Any,
        *,
        stages: Sequence[Any],
        competitors: Sequence[InsightTopic],
    ) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["sector"].choices = [("", _("Any sector")), *sectors()]
        fields["stage"].choices = [("", _("Any stage")), *((s.pk, str(s)) for s in stages)]
        named = [(topic.pk, str(topic)) for topic in competitors]
        fields["competitor"].choices = [("", _("Any competitor")), *named]
        for name in ("sector", "stage", "competitor", "days"):
            label = str(fields[name].label)
            fields[name].widget.attrs |= {"class": "select", "aria-label": label}

    def asked(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)


class AskForm(forms.Form):
    what = forms.CharField(
        label=_("What is needed"),
        max_length=300,
        help_text=_("Such as a case study in insurance."),
    )
    due_on = forms.DateField(
        label=_("Needed by"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("By the end of business of that day, where marketing works."),
    )
    due_time = forms.TimeField(
        label=_("Or by a time of that day"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("On your clock, where a meeting does not wait for the end of business."),
    )
    opportunity = forms.ChoiceField(label=_("Opportunity"), required=False)

    def __init__(self, *args: Any, deals: Sequence[Opportunity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deals = {str(deal.pk): deal for deal in deals}
        opportunity: Any = self.fields["opportunity"]
        named = [(key, str(deal)) for key, deal in self.deals.items()]
        opportunity.choices = [("", _("None")), *named]

    def arguments(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        at = given.pop("due_time")
        if at is not None:
            day = datetime.combine(given.pop("due_on"), at)
            given["due_at"] = timezone.make_aware(day)
        return given | {"opportunity": self.deals.get(given["opportunity"])}


class DoneForm(forms.Form):
    asset = forms.ChoiceField(
        label=_("Content"), required=False, help_text=_("If it is in the library.")
    )

    def __init__(self, *args: Any, assets: Sequence[Asset], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assets = {str(asset.pk): asset for asset in assets}
        asset: Any = self.fields["asset"]
        asset.choices = [
            ("", pgettext("content", "None")),
            *((key, str(row)) for key, row in self.assets.items()),
        ]

    def arguments(self) -> dict[str, Any]:
        return {"asset": self.assets.get(self.cleaned_data["asset"])}


class DeclineForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300)

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
