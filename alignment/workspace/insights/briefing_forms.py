"""The rhythm of briefings, and a message that changed, as somebody writes them down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from alignment.workspace.calendar.forms import WhenField
from campaigns.insights.models import LONGEST_MESSAGE

if TYPE_CHECKING:
    from campaigns.insights.models import InsightTopic
    from campaigns.library.models import Asset

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class RhythmForm(forms.Form):
    weekday = forms.TypedChoiceField(label=_("Day"), choices=list(WEEKDAYS.items()), coerce=int)
    hour = forms.TypedChoiceField(
        label=_("Hour"),
        choices=HOURS,
        coerce=int,
        help_text=_("On the clock of the program."),
    )
    is_on = forms.BooleanField(label=_("Write it by itself every week"), required=False)


class ChangeForm(forms.Form):
    """What we say differently about a topic."""

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

    # The topic and its newest change, as the form was opened: "12:3".
    seen = forms.RegexField(r"\A\d{1,18}:\d{1,18}\Z", required=False, widget=forms.HiddenInput)

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

    def said(self) -> dict[str, Any]:
        """What the action is told."""
        given = dict(self.cleaned_data)
        about, _colon, newest = given["seen"].partition(":")
        return given | {
            "seen": int(newest) if about == given["topic"] else None,
            "topic": self.topics[given["topic"]],
            "asset": self.assets.get(given["asset"]),
            "said_before": given["said_before"] or None,
        }


def change_initial(topic: InsightTopic | None, newest: int = 0) -> dict[str, Any]:
    known: dict[str, Any] = {
        "since": timezone.now().replace(second=0, microsecond=0),
        "is_answer": True,
    }
    if topic is not None:
        asset = str(topic.asset_id or "")
        known |= {"topic": str(topic.pk), "said_before": topic.answer, "asset": asset}
        known["seen"] = f"{topic.pk}:{newest}"
    return known
