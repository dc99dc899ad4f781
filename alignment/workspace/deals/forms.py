"""Forms of an opportunity, its next stage, and the pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alignment.core.addresses import HIGHEST_ID
from alignment.core.asking_once import AsksOnce
from alignment.core.changed_fields import ChangedFieldsForm
from alignment.core.figures import money
from alignment.core.names import NameField
from alignment.reference.numbers import currency_of
from alignment.workspace.accounts.field_forms import DayInput
from alignment.workspace.amounts import MoneyField
from alignment.workspace.edits import EditForm
from campaigns.library.models import Asset
from campaigns.opportunities.actions.writing import WRITTEN
from campaigns.opportunities.models import LostReason, Outcome
from campaigns.opportunities.queries.pipeline import dollars_for, largest_usd
from campaigns.opportunities.rules import CURRENCIES, UNUSUAL, in_dollars

if TYPE_CHECKING:
    from accounts.models import Lead
    from alignment.people.models import Membership, Program
    from campaigns.opportunities.models import Opportunity, PipelineStage

# Currencies that are commonly written with a plain "$".
DOLLARS = ("USD", "CAD", "AUD", "MXN")


class DealForm(AsksOnce, EditForm):
    """A new deal, or with `deal` an edit of a stored one."""

    name = NameField(
        label=_("Name"), max_length=160, help_text=_("What they would buy, such as US rollout.")
    )
    amount = MoneyField(label=_("Amount"), required=False)
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(code, code) for code in CURRENCIES], initial="USD"
    )
    close_on = forms.DateField(label=_("Expected close"), widget=DayInput(), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    next_step = forms.CharField(
        label=_("Next step"),
        max_length=300,
        required=False,
        help_text=_("What happens next, by whom and when."),
    )
    source = forms.CharField(label=_("Source"), max_length=60, required=False)

    def __init__(
        self,
        *args: Any,
        members: Sequence[Membership],
        deal: Opportunity | None = None,
        **kwargs: Any,
    ) -> None:
        if deal:
            kwargs["initial"] = deal_initial(deal)
        super().__init__(*args, **kwargs)
        self.members, self.deal = members, deal
        self.people = {str(member.user_id): member.user for member in members}
        if deal:
            self.carry_initial()
        if deal and deal.owner:
            # The current owner stays a choice, even if they may no longer be given deals.
            self.people[str(deal.owner_id)] = deal.owner
        named = [(key, str(user)) for key, user in self.people.items()]
        owner: Any = self.fields["owner"]
        owner.choices = [("", _("Nobody yet")), *named]

    def clean(self) -> dict[str, Any]:
        """A currency typed with the amount must match the chosen one."""
        data = super().clean() or self.cleaned_data
        named, chosen = currency_of(str(self["amount"].value() or "")), data.get("currency")
        is_dollar = named == "USD" and chosen in DOLLARS
        if (
            data.get("amount") is not None
            and named
            and chosen
            and named != chosen
            and not is_dollar
        ):
            text = gettext("This amount is in %(named)s, and the currency is %(chosen)s.")
            self.add_error("amount", text % {"named": named, "chosen": chosen})
        return data

    def is_meant(self, program: Program) -> bool:
        """Ask once about an amount far above that of any other deal; saving again confirms it."""
        amount, code = self.cleaned_data["amount"], self.cleaned_data["currency"]
        if amount is None or "amount" not in self.changed_data:
            return True
        what = f"{amount} {code}"
        if self.is_sure_of(what):
            return True
        largest = largest_usd(program, besides=self.deal.pk if self.deal else 0)
        if (
            largest is None
            or in_dollars(amount, dollars_for(program.pk, code)) <= UNUSUAL * largest
        ):
            return True
        text = gettext(
            "That is more than ten times your largest deal, %(largest)s. Save again if it is right."
        )
        self.ask("amount", what, text % {"largest": money(largest)})
        return False

    def touched(self) -> set[str]:
        """An amount and its currency are always written together."""
        names, pair = super().touched(), {"amount", "currency"}
        return names | pair if names & pair else names

    def as_shown(self, data: dict[str, Any]) -> DealForm:
        form = DealForm(data, members=self.members)
        form.people |= self.people
        form.fields["owner"].choices = self.fields["owner"].choices  # type: ignore[attr-defined]
        return form

    def facts_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: self.people.get(value) if name == "owner" else value
            for name, value in values.items()
            if name != "sure_of"
        }

    def arguments(self) -> dict[str, Any]:
        """The arguments for creating a deal."""
        return self.facts_of(self.cleaned_data)


def deal_initial(deal: Opportunity) -> dict[str, Any]:
    known: dict[str, Any] = {name: getattr(deal, name) for name in WRITTEN}
    return known | {"owner": str(deal.owner_id or "")}


class NewDealForm(DealForm):
    leads = forms.MultipleChoiceField(
        label=_("Leads that become part of it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They close with it. Only SQLs can."),
    )

    def __init__(self, *args: Any, leads: Sequence[Lead], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["leads"]
        offered.choices = [(str(lead.pk), str(lead.stakeholder)) for lead in leads]
        if not leads:
            del self.fields["leads"]

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return given | {"leads": [int(pk) for pk in given.pop("leads", ())]}


class StageForm(forms.Form):
    """The next stage of a deal. `seen_in` is the stage in which the person saw it."""

    stage = forms.ChoiceField(label=_("Stage"), widget=forms.RadioSelect)
    lost_reason = forms.ChoiceField(
        label=_("Lost because of"), choices=[("", "—"), *LostReason.choices]
    )
    lost_to = forms.CharField(label=_("Lost to"), max_length=120, required=False)
    lost_note = forms.CharField(
        label=_("What happened"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen_in = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=HIGHEST_ID)

    def __init__(self, *args: Any, stages: Sequence[PipelineStage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stages = {str(stage.pk): stage for stage in stages}
        stage: Any = self.fields["stage"]
        stage.choices = [(key, str(found)) for key, found in self.stages.items()]
        self.lost = next(k for k, found in self.stages.items() if found.outcome == Outcome.LOST)
        # Required once lost is chosen; until then the form hides it.
        self.fields["lost_reason"].required = (
            self["stage"].value() == self.lost or not self.is_bound
        )

    def arguments(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"stage": self.stages[given["stage"]]}


class PipelineStageForm(ChangedFieldsForm):
    name = NameField(label=_("Name"), max_length=60)
    probability = forms.IntegerField(
        label=_("Probability, %"),
        min_value=0,
        max_value=100,
        help_text=_("What share of deals in this stage are won in the end. The forecast uses it."),
    )
    quiet_after_days = forms.IntegerField(
        label=_("Silent after, days"),
        min_value=1,
        max_value=365,
        initial=14,
        help_text=_("Without a word for that long, a deal in this stage is marked as at risk."),
    )
    guidance = forms.CharField(
        label=_("Guidance"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Shown on each deal in this stage: what to do, and when it may move on."),
    )
    buying_stage = forms.ChoiceField(
        label=_("Content for"),
        choices=[("", _("No stage in particular")), *Asset.BuyingStage.choices],
        required=False,
        help_text=_("Content of the library for this is suggested to deals in this stage."),
    )

    def __init__(self, *args: Any, outcome: str = Outcome.OPEN, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if outcome != Outcome.OPEN:
            del self.fields["probability"]
            del self.fields["quiet_after_days"]
            del self.fields["buying_stage"]
        self.carry_initial()


class RateForm(forms.Form):
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(code, code) for code in CURRENCIES if code != "USD"]
    )
    usd = forms.DecimalField(
        label=_("US dollars for one"),
        max_digits=12,
        decimal_places=8,
        help_text=_("Sums of all opportunities in that currency follow."),
    )
