"""Forms of the rhythm of briefings and of a changed message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alignment.core.addresses import HIGHEST_ID
from alignment.core.changed_fields import ChangedFieldsForm
from alignment.workspace.calendar.forms import WHEN_FORMATS, WhenField
from campaigns.insights.models import LONGEST_MESSAGE

if TYPE_CHECKING:
    from campaigns.insights.models import InsightTopic, MessageChange
    from campaigns.library.models import Asset

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class RhythmForm(ChangedFieldsForm):
    weekday = forms.TypedChoiceField(label=_("Day"), choices=list(WEEKDAYS.items()), coerce=int)
    hour = forms.TypedChoiceField(
        label=_("Hour"),
        choices=HOURS,
        coerce=int,
        help_text=_("On the clock of the program."),
    )
    is_on = forms.BooleanField(label=_("Write it by itself every week"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carry_initial()


class ChangeForm(forms.Form):
    """A change of the message about a topic."""

    topic = forms.ChoiceField(label=_("What they raise"))
    said_before = forms.CharField(
        label=_("What we said"),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Left empty, it is the answer that sales has today."),
    )
    says_now = forms.CharField(
        label=_("What we say now"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    asset = forms.ChoiceField(
        label=_("Content"), required=False, help_text=_("What carries the new message.")
    )
    since = WhenField(
        label=_("Since"), help_text=_("When prospects first heard it, on your clock.")
    )
    why = forms.CharField(
        label=_("Why"), max_length=500, help_text=_("What in the calls made us change it.")
    )
    is_answer = forms.BooleanField(
        label=_("It is also what sales answers from now on"), required=False
    )

    # The newest change in the program when the form was opened, because the topic is chosen later.
    seen = forms.IntegerField(
        required=False, min_value=0, max_value=HIGHEST_ID, widget=forms.HiddenInput
    )
    # Somebody else has recorded another message meanwhile.
    is_overwritten = False

    def __init__(
        self,
        *args: Any,
        topics: Sequence[InsightTopic],
        assets: Sequence[Asset],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.topics = {str(topic.pk): topic for topic in topics}
        self.assets = {str(asset.pk): asset for asset in assets}
        fields: dict[str, Any] = self.fields
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, topic in self.topics.items():
            groups.setdefault(str(topic.get_kind_display()), []).append((key, str(topic)))
        fields["topic"].choices = [("", "—"), *groups.items()]
        named = [(key, str(asset)) for key, asset in self.assets.items()]
        fields["asset"].choices = [("", _("None")), *named]

    def arguments(self) -> dict[str, Any]:
        """The arguments for the action."""
        given = dict(self.cleaned_data)
        return given | {
            "topic": self.topics[given["topic"]],
            "asset": self.assets.get(given["asset"]),
            "said_before": given["said_before"] or None,
        }

    def ask_again(self, newest: MessageChange) -> None:
        """Somebody else changed the message meanwhile: show theirs beside the input. Saving again
        ends theirs; the moment becomes now if theirs began after the one given.
        """
        since, before = self.cleaned_data["since"], self.cleaned_data["said_before"]
        self.is_overwritten = True
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self._put("seen", str(newest.pk))
        if before.split() == newest.said_before.split():
            self._put("said_before", newest.says_now)
        if since <= newest.since:
            # The field has no seconds, so the current minute may begin before their message; the
            # next one is clamped to now on saving.
            soon = timezone.localtime() + timedelta(minutes=1)
            self._put("since", self.fields["since"].prepare_value(soon).strftime(WHEN_FORMATS[0]))
        text = gettext(
            "Somebody else meanwhile wrote “%(value)s”. Save again to replace it with yours."
        )
        self.add_error("says_now", text % {"value": newest.says_now})

    def _put(self, name: str, value: str) -> None:
        data: Any = self.data
        data[self.add_prefix(name)] = value


def change_initial(topic: InsightTopic | None, newest: int = 0) -> dict[str, Any]:
    """`newest` is the id of the newest change in the program."""
    known: dict[str, Any] = {
        "seen": newest,
        "since": timezone.now().replace(second=0, microsecond=0),
        "is_answer": True,
    }
    if topic is not None:
        asset = str(topic.asset_id or "")
        known |= {"topic": str(topic.pk), "said_before": topic.answer, "asset": asset}
    return known
