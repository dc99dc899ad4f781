"""Forms for working a lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ValidationCall
from alignment.core.addresses import numbers_of
from alignment.sla.handoff_defaults import shown
from alignment.sla.models import Attempt, ReasonCode
from alignment.sla.queries.lead_work import reasons_for
from alignment.sla.rules import attempts, nurture

from .form_fields import FormKey, LongText, NeededForNo, Seen
from .queries import member_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from alignment.people.models import Membership, Program, User
    from alignment.sla.models import Feedback

    from .missing_facts import MissingFact

LONGEST_NOTE = 4_000
LONGEST_REASON = 500
MOST_CHOSEN = 500


class PastMoment(forms.DateTimeField):
    """A moment within the last year, in the person's time zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        if moment is None:
            return None
        now = timezone.now()
        if attempts.too_late(moment, now=now):
            raise ValidationError(_("This is in the future. Record the call once it has happened."))
        if attempts.too_early(moment, now=now):
            raise ValidationError(_("This is more than a year ago."))
        return moment


class CallForm(forms.Form):
    """The validation call, without which no lead becomes an SQL."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=ValidationCall.Outcome.choices, widget=forms.RadioSelect
    )
    facts = forms.MultipleChoiceField(
        label=_("Confirmed in the call"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each counts for the score at once."),
    )
    note = LongText(
        label=_("What you learned"),
        required=False,
        max_length=LONGEST_NOTE,
        rows=4,
        help_text=_("Need, timing, who else decides. Both teams read it."),
    )
    called_at = PastMoment(label=_("When"), help_text=_("In your own time zone."))

    def __init__(self, *args: Any, missing: Sequence[MissingFact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["facts"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(fact.code, str(fact)) for fact in missing]
        if not missing:
            del self.fields["facts"]


class AttemptForm(forms.Form):
    """An attempt to reach the person; the most common one takes three keys and Enter."""

    channel = forms.ChoiceField(
        label=_("Channel"), choices=Attempt.Channel.choices, widget=forms.RadioSelect
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Attempt.Outcome.choices, widget=forms.RadioSelect
    )
    note = LongText(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("Both teams read it."),
    )
    at = PastMoment(
        label=_("When"),
        help_text=_("In your own time zone. Promises are timed by when you record it."),
    )
    form_key = FormKey()

    def __init__(self, *args: Any, refused: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (value, _("%(channel)s (refused)") % {"channel": label} if value in refused else label)
            for value, label in Attempt.Channel.choices
        ]


class CodedForm(forms.Form):
    """Why a lead is sent away: one of the reasons that both teams agreed on, and a note."""

    use: ClassVar[str] = ReasonCode.Use.DISQUALIFY
    code = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    note = LongText(
        label=_("Note"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("One sentence that the other team can act on."),
    )

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = reasons_for(program_id=program.pk, use=self.use)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(reason.code, shown(reason.name)) for reason in offered]
        field.error_messages["required"] = _("Choose a reason.")


class RecycleForm(CodedForm):
    """Why a lead is recycled to marketing, and until when."""

    use = ReasonCode.Use.RECYCLE
    until = forms.DateField(
        label=_("In nurture until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day on which it is worth another try."),
    )
    field_order = ["code", "until", "note"]

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        today = timezone.localdate()
        if nurture.too_early(until, today=today):
            raise ValidationError(_("Choose a day after today."))
        if nurture.too_late(until, today=today):
            raise ValidationError(_("This is more than three years away."))
        return until


class FeedbackForm(forms.Form):
    """Whether the lead fits; a no requires reasons."""

    fits = forms.TypedChoiceField(
        label=_("Was it worth handing over?"),
        choices=[("yes", _("Yes, it fits")), ("no", _("No, it does not fit"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reasons = NeededForNo(
        label=_("Why not"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At least one."),
    )
    note = LongText(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("What would have made it a good lead? Marketing reads it at once."),
    )
    form_key = FormKey()
    seen = Seen()

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = reasons_for(program_id=program.pk, use=ReasonCode.Use.FEEDBACK)
        self.offered = {str(reason.pk): reason for reason in offered}
        field = self.fields["reasons"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(pk, shown(reason.name)) for pk, reason in self.offered.items()]

    def show_beside(self, word: Feedback) -> None:
        """Show the newest feedback beside the input, which replaces it if submitted again."""
        assert isinstance(self.data, QueryDict)
        given = self.data.copy()
        given["seen"] = str(word.pk)
        self.data = given

    def clean_reasons(self) -> list[ReasonCode]:
        return [self.offered[pk] for pk in self.cleaned_data["reasons"]]

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        no = self.cleaned_data.get("fits") is False
        if no and not self.cleaned_data.get("reasons") and "reasons" not in self.errors:
            self.add_error("reasons", _("Say why it does not fit: choose at least one reason."))
        return values


class OwnerForm(forms.Form):
    """The owner of the lead: a member of the program, or nobody."""

    owner = forms.ChoiceField(label=_("Owner"), required=False)

    def __init__(self, *args: Any, program: Program, members: list[Membership], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.program = program
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Unassigned")), *_by_team(members)]

    def clean_owner(self) -> User | None:
        chosen = self.cleaned_data["owner"]
        return member_of(program=self.program, user_id=int(chosen)) if chosen else None


def _by_team(members: list[Membership]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for membership in members:
        team = membership.team.name if membership.team else membership.get_role_display()
        groups.setdefault(team, []).append((str(membership.user_id), str(membership.user)))
    return list(groups.items())


def chosen_ids(values: list[str]) -> list[int]:
    """The ids ticked in a list; invalid ones are ignored."""
    return numbers_of(values)[:MOST_CHOSEN]
