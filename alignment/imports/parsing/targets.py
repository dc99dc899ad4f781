"""What can be imported: the fields of each kind of list and how their cells are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import partial
from typing import Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.rules.engagements import too_early, too_late
from alignment.imports.parsing import fields, places
from alignment.imports.parsing.errors import CellError, unreadable
from alignment.imports.parsing.headers import HEADERS
from alignment.imports.parsing.moments import parse_moment
from alignment.reference.numbers import Whole
from alignment.reference.rules import fold
from alignment.reference.web import BadAddress
from alignment.reference.web import parse_domain as domain_of

Kind = Literal["accounts", "stakeholders", "engagements", "surges", "touches"]
# What one cell adds to the values of its row; empty if it says "unknown".
Pairs = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How one column is read. ``scale`` multiplies bare amounts, ``zone`` is for naive dates.

    Without ``now`` dates may be in the future, because guessing only needs to recognise a date.
    """

    zone: tzinfo = UTC
    day_first: bool = False
    decimal_comma: bool = False
    scale: int = 1
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    now: datetime | None = None


class Field(NamedTuple):
    """A field that a column can be mapped to.

    ``names`` are its headers (folded), ``gives`` the keys it may set in a row's values; ``numeric``
    and ``dated`` say which reading options apply. Only ``multiline`` fields may contain line ends.
    An unreadable cell of a ``strict`` field refuses its row, because without it the row would mean
    something else.
    """

    name: str
    label: str | Promise
    parse: Callable[[str, Reading], Pairs]
    names: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    required: bool = False
    numeric: bool = False
    dated: bool = False
    multiline: bool = False
    strict: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of a row's values that this field can set."""
        return self.gives or (self.name,)


class Target(NamedTuple):
    """A kind of list. A row without any of ``one_of`` has the error ``lacking``."""

    kind: Kind
    fields: Mapping[str, Field]
    one_of: tuple[str, ...]
    lacking: str


def _text(name: str, limit: int) -> Callable[[str, Reading], Pairs]:
    def parse(text: str, _reading: Reading) -> Pairs:
        value = fields.parse_text(text, limit)
        return ((name, value),) if value else ()

    return parse


def _plain(name: str, parse_cell: Callable[[str], object]) -> Callable[[str, Reading], Pairs]:
    def parse(text: str, _reading: Reading) -> Pairs:
        return ((name, parse_cell(text)),)

    return parse


def _website(text: str, _reading: Reading) -> Pairs:
    address = fields.parse_website(text)
    try:
        return (("website", address), ("domain", domain_of(address)))
    except BadAddress:
        return (("website", address),)


def _location(city: str, text: str, _reading: Reading) -> Pairs:
    found = places.parse_location(text)
    named = {city: found.city, "state": found.state, "zip": found.zip, "country": found.country}
    if city != "city":
        named = {city: found.city}
    return tuple((key, value) for key, value in named.items() if value)


def _employees(text: str, reading: Reading) -> Pairs:
    interval = fields.parse_employees(
        text, decimal_comma=reading.decimal_comma, scale=reading.scale
    )
    if interval is None:
        return ()
    return (("employees_low", interval.low), ("employees_high", interval.high))


def _amount(text: str, reading: Reading) -> Whole | None:
    return fields.parse_amount(
        text, decimal_comma=reading.decimal_comma, scale=reading.scale, rates=reading.rates
    )


def _revenue(text: str, reading: Reading) -> Pairs:
    interval = _amount(text, reading)
    if interval is None:
        return ()
    return (("revenue_low", interval.low), ("revenue_high", interval.high))


def _budget(text: str, reading: Reading) -> Pairs:
    """The low end of a range: only that much was said to be available."""
    interval = _amount(text, reading)
    if interval is None or interval.low is None:
        return ()
    return (("budget_usd", interval.low),)


def _phone(text: str, _reading: Reading) -> Pairs:
    phone = fields.parse_phone(text)
    return (("phone", phone.e164 or phone.raw), ("phone_raw", phone.raw))


def _full_name(text: str, _reading: Reading) -> Pairs:
    """The family name is the last word ("Marie Dupont") or all before a comma ("Dupont, Marie")."""
    name = fields.parse_text(text, 200)
    last, comma, first = name.partition(",")
    if not comma:
        first, _space, last = name.rpartition(" ")
    pairs = (("first_name", first.strip()), ("last_name", last.strip()))
    return tuple(pair for pair in pairs if pair[1])


def _do_not_email(text: str, _reading: Reading) -> Pairs:
    """An opt-out withdraws consent; its absence does not give any."""
    return (("consent_email", False),) if fields.parse_boolean(text) else ()


def _moment(name: str, text: str, reading: Reading) -> Pairs:
    moment = parse_moment(text, zone=reading.zone, day_first=reading.day_first)
    if reading.now and (too_early(moment) or too_late(moment, now=reading.now)):
        raise unreadable("date_range", text)
    return ((name, moment),)


def _day(name: str, text: str, reading: Reading) -> Pairs:
    """The day of a moment in the file's zone."""
    moment = parse_moment(text, zone=reading.zone, day_first=reading.day_first)
    return ((name, moment.astimezone(reading.zone).date()),)


def _strength(text: str, reading: Reading) -> Pairs:
    value = fields.parse_strength(text, decimal_comma=reading.decimal_comma)
    return () if value is None else (("strength", value),)


def _by_word(words: Mapping[str, str]) -> dict[str, str]:
    """The meaning of each folded word; `words` has synonyms separated by slashes."""
    return {word: meaning for meaning, each in words.items() for word in each.split("/")}


def _meant(meanings: Mapping[str, str], code: str, text: str) -> str:
    """Raises `CellError` with that `code` for an unknown word."""
    meaning = meanings.get(fold(text))
    if meaning is None:
        raise unreadable(code, text)
    return meaning


_ROLES = _by_word(
    {
        "decision_maker": "decision maker/decider/decideur/decideuse/decision",
        "economic_buyer": "economic buyer/buyer/acheteur/acheteur economique/budget holder/finance",
        "champion": "champion/sponsor/ambassadeur/advocate",
        "influencer": "influencer/influenceur/prescripteur/influence",
        "technical": "technical/technical evaluator/technical buyer/evaluator/technique"
        "/evaluateur technique",
        "blocker": "blocker/detractor/bloqueur/opposant/gatekeeper",
        "user": "user/end user/utilisateur/utilisatrice",
    }
)
_role = partial(_meant, _ROLES, "role")


def _linkedin(text: str) -> str:
    address = fields.parse_website(text)
    if "linkedin." not in address.lower():
        raise unreadable("url", text)
    return address


def _paragraphs(text: str) -> str:
    return fields.parse_paragraphs(text, 5_000)


def _signal(text: str) -> str:
    key = fields.parse_key(text)
    if not key:
        raise CellError("missing")
    return key


def _ahead(name: str, text: str, reading: Reading) -> Pairs:
    """A moment that may be in the future."""
    moment = parse_moment(text, zone=reading.zone, day_first=reading.day_first)
    if too_early(moment):
        raise unreadable("plan_date", text)
    return ((name, moment),)


_CHANNELS = _by_word(
    {
        "email": "email/e mail/mail merge/courriel/mel/emailing",
        "call": "call/phone/phone call/telephone/appel/appel telephonique/tel",
        "linkedin": "linkedin/linked in/inmail/linkedin message/message linkedin",
        "mail": "mail/direct mail/letter/post/courrier/courrier postal/lettre",
        "event": "event/trade show/dinner/evenement/salon/diner",
        "webinar": "webinar/webinaire/online event",
        "ad": "ad/ads/advertisement/display/publicite/annonce/pub",
        "content": "content/contenu/blog/article/newsletter",
    }
)
_channel = partial(_meant, _CHANNELS, "touch_channel")


_SIDES = _by_word(
    {
        "marketing": "marketing/mktg/mkt/mktg team/marketing team/equipe marketing/growth"
        "/demand gen/demand generation",
        "sales": "sales/sale/sales team/inside sales/sdr/bdr/commercial/commerciale/commerciaux"
        "/equipe commerciale/vente/ventes/equipe de vente/equipe ventes/les ventes",
    }
)
_side = partial(_meant, _SIDES, "side")


def _by_name(kind: str, declared: tuple[Field, ...]) -> dict[str, Field]:
    names = HEADERS[kind]
    return {field.name: field._replace(names=names[field.name]) for field in declared}


_ACCOUNT_FIELDS = (
    Field("name", _("Name"), _text("name", 200)),
    Field("domain", _("Domain"), _plain("domain", fields.parse_domain)),
    Field("website", _("Website"), _website, gives=("website", "domain")),
    Field(
        "location",
        _("Place (city, state, country)"),
        partial(_location, "city"),
        gives=("city", "state", "zip", "country"),
    ),
    Field("city", _("City"), _text("city", 100)),
    Field("state", _("State"), _plain("state", places.parse_state)),
    Field("zip", _("ZIP code"), _plain("zip", places.parse_zip)),
    Field("country", _("Country"), _plain("country", places.parse_country)),
    Field("naics", _("NAICS code"), _plain("naics", fields.parse_naics)),
    Field("industry", _("Industry"), _text("industry", 200)),
    Field(
        "employees",
        _("Employees"),
        _employees,
        gives=("employees_low", "employees_high"),
        numeric=True,
    ),
    Field(
        "revenue",
        _("Annual revenue (USD)"),
        _revenue,
        gives=("revenue_low", "revenue_high"),
        numeric=True,
    ),
    Field(
        "technology_maturity",
        _("Technology maturity (1-5)"),
        _plain("technology_maturity", fields.parse_maturity),
    ),
    Field(
        "technologies",
        _("Technologies"),
        _plain("technologies", fields.parse_technologies),
        multiline=True,
    ),
    Field("budget_usd", _("Budget (USD)"), _budget, numeric=True),
    Field("description", _("Description"), _plain("description", _paragraphs), multiline=True),
    Field("external_id", _("External id"), _text("external_id", 120)),
    Field("owner_email", _("Owner (e-mail)"), _plain("owner_email", fields.parse_email)),
)

_STAKEHOLDER_FIELDS = (
    Field("email", _("E-mail"), _plain("email", fields.parse_email)),
    Field("first_name", _("First name"), _text("first_name", 100)),
    Field("last_name", _("Last name"), _text("last_name", 100)),
    Field("full_name", _("Full name"), _full_name, gives=("first_name", "last_name")),
    Field("title", _("Job title"), _text("title", 160)),
    Field("phone", _("Phone"), _phone, gives=("phone", "phone_raw")),
    Field("role", _("Role in the buying committee"), _plain("role", _role)),
    Field("account_domain", _("Company domain"), _plain("account_domain", fields.parse_domain)),
    Field("account_name", _("Company"), _text("account_name", 200)),
    Field("account_city", _("Company city"), partial(_location, "account_city")),
    Field("external_id", _("External id"), _text("external_id", 120)),
    Field("source", _("Source"), _text("source", 60)),
    Field("consent_email", _("Consent to e-mail"), _plain("consent_email", fields.parse_boolean)),
    Field("do_not_email", _("Do not e-mail (opt-out)"), _do_not_email, gives=("consent_email",)),
    Field("do_not_contact", _("Do not contact"), _plain("do_not_contact", fields.parse_boolean)),
    Field("linkedin_url", _("LinkedIn"), _plain("linkedin_url", _linkedin)),
)

_ENGAGEMENT_FIELDS = (
    Field("email", _("E-mail of the person"), _plain("email", fields.parse_email)),
    Field(
        "stakeholder_external_id",
        _("External id of the person"),
        _text("stakeholder_external_id", 120),
    ),
    Field("signal", _("Signal"), _plain("signal", _signal), required=True),
    Field("occurred_at", _("Date"), partial(_moment, "occurred_at"), required=True, dated=True),
    Field("source", _("Source"), _text("source", 60)),
    Field("external_id", _("The source's id"), _text("external_id", 120)),
    Field("value", _("Value (yes or no)"), _plain("value", fields.parse_boolean)),
    Field(
        "properties",
        _("Properties (JSON)"),
        _plain("properties", fields.parse_properties),
        multiline=True,
    ),
)

_TOUCH_FIELDS = (
    Field("email", _("E-mail of the person"), _plain("email", fields.parse_email)),
    Field(
        "stakeholder_external_id",
        _("External id of the person"),
        _text("stakeholder_external_id", 120),
    ),
    Field("channel", _("Channel"), _plain("channel", _channel), required=True),
    Field("starts_at", _("From"), partial(_ahead, "starts_at"), required=True, dated=True),
    Field("ends_at", _("Until"), partial(_ahead, "ends_at"), dated=True),
    Field("who", _("Who of us (e-mail)"), _plain("who", fields.parse_email), strict=True),
    Field("side", _("Side"), _plain("side", _side), strict=True),
    Field("message", _("Message"), _text("message", 200)),
    Field("say", _("What to say"), _plain("say", _paragraphs), multiline=True),
    Field("reason", _("Why, where it collides"), _text("reason", 300)),
    Field("source", _("Source"), _text("source", 60)),
    Field("external_id", _("The source's id"), _text("external_id", 120)),
)

_SURGE_FIELDS = (
    Field("domain", _("Company domain"), _plain("domain", fields.parse_domain)),
    Field("name", _("Company"), _text("name", 200)),
    Field("topic", _("Topic"), _text("topic", 120), required=True),
    Field("strength", _("Strength (0-100)"), _strength, required=True, numeric=True),
    Field("week", _("Week (any day of it)"), partial(_day, "week"), required=True, dated=True),
    Field("source", _("Source"), _text("source", 60)),
)

TARGETS: Mapping[Kind, Target] = {
    "accounts": Target(
        "accounts", _by_name("accounts", _ACCOUNT_FIELDS), ("name", "domain"), "missing_company"
    ),
    "stakeholders": Target(
        "stakeholders",
        _by_name("stakeholders", _STAKEHOLDER_FIELDS),
        ("email", "external_id"),
        "missing_person",
    ),
    "engagements": Target(
        "engagements",
        _by_name("engagements", _ENGAGEMENT_FIELDS),
        ("email", "stakeholder_external_id"),
        "missing_person",
    ),
    "touches": Target(
        "touches",
        _by_name("touches", _TOUCH_FIELDS),
        ("email", "stakeholder_external_id"),
        "missing_person",
    ),
    "surges": Target(
        "surges", _by_name("surges", _SURGE_FIELDS), ("domain", "name"), "missing_company"
    ),
}
