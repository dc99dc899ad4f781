"""The OpenAPI document and its browsable form, which works offline and under the strict CSP."""

from functools import lru_cache
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer

from accounts.api.batches import OUTCOMES
from accounts.field.models import CriterionFinding
from accounts.models import Channel, Signal, Stakeholder, ValidationCall
from alignment.jobs.models import Job
from alignment.metrics.rules import Unit
from alignment.notifications.models import Delivery, Endpoint, NoticeKind
from alignment.sla.models import Attempt
from campaigns.insights.models import Note, SupportRequest, Tag
from campaigns.library.models import Asset, TouchChannel
from campaigns.library.rules import LANGUAGES
from campaigns.opportunities.models import OpportunityStep
from campaigns.roi.models import RoiShare
from campaigns.roi.rules.content import UNITS

DESCRIPTION = """
Facts in, judgements out: accounts, people, leads, engagements and scores of one program.

* **Key**: `Authorization: Bearer <key>`. A key belongs to one program and has scopes; it can do no
  more than its owner.
* **Lists** come in pages: `limit` up to 200, `next` is the address of the following page.
* **Writing** is by upsert: send what you know, under your own id or the natural key. A batch of up
  to 1,000 answers with a result per row; good rows are kept, bad ones reported.
* **Sending again** is safe with `Idempotency-Key`.
* **Errors** are `application/problem+json` (RFC 9457); `errors` points at each wrong field.
* **Rate limit**: `RateLimit-Limit`, `-Remaining` and `-Reset` (seconds) are in each reply.
"""
TAGS = {
    "members": "The people and teams of the program: whom ids and addresses elsewhere mean.",
    "accounts": "Companies, with the verdict of the ICP in force.",
    "duplicates": "Pairs of accounts that may be one company, and merges.",
    "saved-views": "Filters of the list of accounts under a name.",
    "stakeholders": "People, how to reach them and whether we may.",
    "field": "What sales saw: findings, who knows whom, whose product accounts use.",
    "targets": "The accounts that both teams chose, and the sessions in which they choose.",
    "intent": "What accounts read: surges of topics and visits to our own site, by week.",
    "leads": "Runs through qualification, their score and why.",
    "engagements": "Dated occurrences of signals: behaviour and facts.",
    "signals": "The kinds of behaviour and facts that the program counts.",
    "icp": "Versions of the ideal customer profile.",
    "scoring-models": "Versions of the scoring model.",
    "sla-contracts": "Versions of the SLA contract.",
    "contact-policies": "Versions of the contact policy.",
    "campaigns": "Campaigns, their audience and costs, and who is nurtured where.",
    "library": "Content that touches carry.",
    "opportunities": "Deals, how they moved, the pipeline they move along and exchange rates.",
    "insights": "Notes of calls, what is raised in them, how often, what we answer, and the weekly"
    " briefing.",
    "roi": "ROI calculators, the pages of them that prospects were sent, and what happened there.",
    "results": "Results of deals against a frozen baseline, credit by channel and campaign, costs.",
    "metrics": "The numbers of the dashboard: definitions, values, rows behind them, history.",
    "sla-settings": "What a program says about its SLA beside the contract.",
    "clocks": "Promises that run, and how those before ended.",
    "escalations": "What breaches caused, and who answered.",
    "disputes": "Excuses: asked for by one side, granted or refused by the other.",
    "agreements": "What both sides write, propose and sign: profile, scoring model, SLA contract,"
    " contact policy.",
    "handoffs": "MQLs on their way to sales, and what decides about them.",
    "plays": "Templates of linked touches of both teams, and where they run.",
    "hours": "Working hours, closed days and leave: what business time is made of.",
    "touches": "The shared calendar: what both teams plan, and what became of it.",
    "jobs": "Long work.",
    "imports": "Lists from files.",
    "notices": "What the key's person was told.",
    "webhooks": "Slack channels and webhooks, and what webhooks get.",
    "deliveries": "Messages to Slack and webhooks, and what became of each.",
    "events": "The journal, to follow with a cursor.",
}


class BearerKey(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "alignment.people.api_auth.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of the program."}


class BrowserSession(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "alignment.people.api_auth.BrowserSessionAuthentication"
    name = "Program"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Entente-Program",
            "description": "Signed in in this browser: the address of one of your programs.",
        }


SETTINGS: dict[str, Any] = {
    "DESCRIPTION": DESCRIPTION,
    "TAGS": [{"name": name, "description": text} for name, text in TAGS.items()],
}


class RememberedSchema(SchemaGenerator):
    """Generates the document once per process and language, because it takes more than a second."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        return _schema(get_language(), self.api_version)


# Bounded, because clients can ask for any version.
@lru_cache(maxsize=4)
def _schema(_language: str | None, version: str | None) -> dict[str, Any]:
    """The whole document in the active language."""
    generator = SchemaGenerator(api_version=version)  # type: ignore[no-untyped-call]
    found: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return found


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1, as JSON or YAML. It reveals nothing about any program, so anyone may read it."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer, JSONRenderer]
    custom_settings = SETTINGS
    generator_class = RememberedSchema


class DocsView(SpectacularSwaggerSplitView):
    """Browsable documentation with requests to try out, for signed-in people."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    template_name = "api/docs.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)


# Names for the schema's enumerations of fields that are called alike.
SIGNAL_KINDS = Signal.Kind.choices
JOB_KINDS = Job.Kind.choices
DEAL_STEP_KINDS = OpportunityStep.Kind.choices
NOTICE_KINDS = NoticeKind.choices
WEBHOOK_KINDS = Endpoint.Kind.choices
DELIVERY_CHANNELS = Delivery.Channel.choices
CONSENT_CHANNELS = Channel.choices
TOUCH_CHANNELS = TouchChannel.choices
COMMITTEE_ROLES = Stakeholder.CommitteeRole.choices
ATTEMPT_CHANNELS = Attempt.Channel.choices
ATTEMPT_OUTCOMES = Attempt.Outcome.choices
FINDING_OUTCOMES = CriterionFinding.Outcome.choices
METRIC_UNITS = [(str(unit), str(unit)) for unit in Unit]
ROW_OUTCOMES = [(outcome, outcome) for outcome in OUTCOMES]
ASSET_KINDS = Asset.Kind.choices
NOTE_KINDS = Note.Kind.choices
SUPPORT_STATES = SupportRequest.State.choices
TAG_STATES = Tag.State.choices
BUYING_STAGES = Asset.BuyingStage.choices
ASSET_LANGUAGES = LANGUAGES
ROI_LANGUAGES = RoiShare.Language.choices
ROI_UNITS = [(unit, unit) for unit in UNITS]
CALL_OUTCOMES = ValidationCall.Outcome.choices
