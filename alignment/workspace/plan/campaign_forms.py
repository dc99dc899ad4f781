"""Forms of a campaign, a cost and a nurture track."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alignment.core.names import NameField
from alignment.workspace.accounts.field_forms import DayInput
from alignment.workspace.amounts import AmountField
from alignment.workspace.edits import EditForm
from campaigns.actions.campaigns import WRITTEN

if TYPE_CHECKING:
    from accounts.models import Stakeholder
    from alignment.people.models import Membership
    from campaigns.library.models import Play
    from campaigns.models import Campaign


class CampaignForm(EditForm):
    """A new campaign, or with `campaign` an edit of a stored one."""

    name = NameField(label=_("Name"), max_length=120)
    goal = forms.CharField(
        label=_("Goal"),
        max_length=300,
        required=False,
        help_text=_("What both teams will have at the end, such as ten first meetings."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput())
    budget_usd = AmountField(label=_("Budget, USD"), money=True)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    plays = forms.MultipleChoiceField(
        label=_("Plays"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        members: Sequence[Membership],
        plays: Sequence[Play],
        campaign: Campaign | None = None,
        **kwargs: Any,
    ) -> None:
        if campaign:
            kwargs["initial"] = campaign_initial(campaign)
        super().__init__(*args, **kwargs)
        self.members, self.offered = members, plays
        self.people = {str(member.user_id): member.user for member in members}
        named = [(key, str(user)) for key, user in self.people.items()]
        owner: Any = self.fields["owner"]
        owner.choices = [("", _("Nobody yet")), *named]
        offered: Any = self.fields["plays"]
        offered.choices = [(str(play.pk), play.name) for play in plays]
        if not plays:
            del self.fields["plays"]
        if campaign:
            self.carry_initial()

    def as_shown(self, data: dict[str, Any]) -> CampaignForm:
        return CampaignForm(data, members=self.members, plays=self.offered)

    def facts_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        given = dict(values)
        if "owner" in given:
            given["owner"] = self.people.get(given["owner"])
        if "plays" in given:
            given["plays"] = sorted(int(pk) for pk in given["plays"])
        return given

    def arguments(self) -> dict[str, Any]:
        """The arguments for creating a campaign."""
        return self.facts_of(self.cleaned_data)


def campaign_initial(campaign: Campaign) -> dict[str, Any]:
    known: dict[str, Any] = {name: getattr(campaign, name) for name in WRITTEN}
    plays = campaign.plays.order_by("pk").values_list("pk", flat=True)
    return known | {"owner": str(campaign.owner_id or ""), "plays": [str(pk) for pk in plays]}


class CostForm(forms.Form):
    what_for = forms.CharField(label=_("What for"), max_length=200)
    amount_usd = AmountField(label=_("Amount, USD"), required=True, money=True)
    spent_on = forms.DateField(label=_("Day, or first day"), widget=DayInput())
    spent_until = forms.DateField(
        label=_("Last day"),
        widget=DayInput(),
        required=False,
        help_text=_("For what lasts, such as a month’s salaries: it counts evenly over its days."),
    )


class TrackForm(forms.Form):
    name = NameField(label=_("Name"), max_length=120)
    tool = forms.CharField(
        label=_("Tool"),
        max_length=60,
        required=False,
        help_text=_("The marketing-automation tool that runs it, such as HubSpot."),
    )
    external_id = forms.CharField(
        label=_("The tool's id"),
        max_length=120,
        required=False,
        help_text=_("With it the tool finds this track when it reports who entered and left."),
    )


class EnrolForm(forms.Form):
    people = forms.MultipleChoiceField(label=_("Who enters"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Sequence[Stakeholder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["people"]
        offered.choices = [(str(p.pk), _named(p)) for p in people]


class LeaveForm(forms.Form):
    because = forms.CharField(
        label=_("Why they leave"),
        max_length=300,
        help_text=_("Counted on the page of the track, for both teams."),
    )


def _named(person: Stakeholder) -> str:
    return f"{person} · {person.account}" if person.account else str(person)
