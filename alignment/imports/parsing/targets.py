"""What can be imported: for each kind of list its fields and how their cells are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from decimal import Decimal
from functools import partial
from typing import Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alignment.imports.parsing import fields, places
from alignment.imports.parsing.errors import CellError, unreadable
from alignment.imports.parsing.moments import parse_moment
from alignment.reference.rules import fold
from alignment.reference.web import BadAddress
from alignment.reference.web import parse_domain as domain_of

Kind = Literal["accounts", "stakeholders", "engagements"]
# What one cell contributes to the values of its row; nothing when it says "unknown".
Pairs = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How one column is read. ``scale`` multiplies bare amounts, ``zone`` serves naive dates."""

    zone: tzinfo = UTC
    day_first: bool = False
    decimal_comma: bool = False
    scale: int = 1
    rates: Mapping[str, Decimal] = field(default_factory=dict)


class Field(NamedTuple):
    """A field that a column can be mapped to.

    ``names`` are headers that mean it (folded), ``gives`` the keys it may put into a
    row's values, ``numeric`` and ``dated`` say which reading options matter.
    """

    name: str
    label: str | Promise
    parse: Callable[[str, Reading], Pairs]
    names: tuple[str, ...]
    gives: tuple[str, ...] = ()
    required: bool = False
    numeric: bool = False
    dated: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of a row's values that this field can set."""
        return self.gives or (self.name,)


class Target(NamedTuple):
    """A kind of list. A row needs one of the values in ``one_of``, else ``lacking`` is its error."""

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
    interval = fields.parse_employees(text, decimal_comma=reading.decimal_comma)
    if interval is None:
        return ()
    return (("employees_low", interval.low), ("employees_high", interval.high))


def _amount(text: str, reading: Reading) -> fields.Whole | None:
    return fields.parse_amount(
        text, decimal_comma=reading.decimal_comma, scale=reading.scale, rates=reading.rates
    )


def _revenue(text: str, reading: Reading) -> Pairs:
    interval = _amount(text, reading)
    if interval is None:
        return ()
    return (("revenue_low", interval.low), ("revenue_high", interval.high))


def _budget(text: str, reading: Reading) -> Pairs:
    """Of a range the low end: money is there only as far as somebody said so."""
    interval = _amount(text, reading)
    if interval is None or interval.low is None:
        return ()
    return (("budget_usd", interval.low),)


def _phone(text: str, _reading: Reading) -> Pairs:
    phone = fields.parse_phone(text)
    return (("phone", phone.e164 or phone.raw), ("phone_raw", phone.raw))


def _full_name(text: str, _reading: Reading) -> Pairs:
    """ "Dupont, Marie" and "Marie Dupont": the last word is the family name, or all before a comma."""
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
    return ((name, parse_moment(text, zone=reading.zone, day_first=reading.day_first)),)


_ROLES = {
    name: role
    for role, names in {
        "decision_maker": "decision maker/decider/decideur/decideuse/decision",
        "economic_buyer": "economic buyer/buyer/acheteur/acheteur economique/budget holder/finance",
        "champion": "champion/sponsor/ambassadeur/advocate",
        "influencer": "influencer/influenceur/prescripteur/influence",
        "technical": "technical/technical evaluator/technical buyer/evaluator/technique"
        "/evaluateur technique",
        "blocker": "blocker/detractor/bloqueur/opposant/gatekeeper",
        "user": "user/end user/utilisateur/utilisatrice",
    }.items()
    for name in names.split("/")
}


def _role(text: str) -> str:
    role = _ROLES.get(fold(text))
    if role is None:
        raise unreadable("role", text)
    return role


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


_ACCOUNT_FIELDS = (
    Field("name", _("Name"), _text("name", 200),
          ("name", "company", "company name", "account", "account name", "business name",
           "organization", "organization name", "organisation", "employer", "security", "client",
           "customer", "customer name", "legal name", "nom", "nom de l entreprise", "entreprise",
           "societe", "nom de la societe", "raison sociale", "nom du compte", "compte",
           "denomination", "etablissement")),
    Field("domain", _("Domain"), _plain("domain", fields.parse_domain),
          ("domain", "company domain", "domain name", "email domain", "domaine",
           "nom de domaine", "company domain name", "root domain")),
    Field("website", _("Website"), _website,
          ("website", "web site", "url", "website url", "company url", "homepage", "home page",
           "web", "company website", "site web", "site internet", "site", "adresse web"),
          gives=("website", "domain")),
    Field("location", _("Place (city, state, country)"), partial(_location, "city"),
          ("location", "headquarters location", "headquarters", "hq", "hq location",
           "office location", "company location", "city state", "siege", "siege social",
           "localisation", "lieu", "implantation"),
          gives=("city", "state", "zip", "country")),
    Field("city", _("City"), _text("city", 100),
          ("city", "town", "hq city", "billing city", "company city", "headquarters city", "ville",
           "commune", "city name")),
    Field("state", _("State"), _plain("state", places.parse_state),
          ("state", "state code", "state province", "billing state", "hq state", "company state",
           "headquarters state", "us state", "etat", "region", "state region", "province")),
    Field("zip", _("ZIP code"), _plain("zip", places.parse_zip),
          ("zip", "zip code", "zipcode", "postal code", "postcode", "billing zip", "hq zip",
           "billing postal code", "code postal", "cp", "zip postal code")),
    Field("country", _("Country"), _plain("country", places.parse_country),
          ("country", "country code", "hq country", "billing country", "company country",
           "country region", "pays", "code pays")),
    Field("naics", _("NAICS code"), _plain("naics", fields.parse_naics),
          ("naics", "naics code", "naics 2022", "primary naics", "naics codes", "code naics",
           "primary naics code", "naics2022")),
    Field("industry", _("Industry"), _text("industry", 200),
          ("industry", "sub industry", "gics sub industry", "sector", "gics sector", "vertical",
           "category", "company industry", "primary industry", "naics title", "industrie",
           "secteur", "secteur d activite", "activite", "branche", "market segment")),
    Field("employees", _("Employees"), _employees,
          ("employees", "employee count", "number of employees", "num of employees",
           "no of employees", "headcount", "company size", "size", "employee range", "staff",
           "fte", "ftes", "jobs retained", "jobs reported", "employees range", "nb employees",
           "total employees", "effectif", "effectifs", "nombre d employes", "nb salaries",
           "nombre de salaries", "salaries", "taille", "taille de l entreprise",
           "tranche d effectif", "comp size"),
          gives=("employees_low", "employees_high"), numeric=True),
    Field("revenue", _("Annual revenue (USD)"), _revenue,
          ("revenue", "annual revenue", "revenues", "sales", "annual sales", "turnover",
           "revenue range", "yearly revenue", "company revenue", "total revenue", "arr",
           "chiffre d affaires", "ca", "ca annuel", "chiffre d affaires annuel",
           "revenu annuel", "revenus"),
          gives=("revenue_low", "revenue_high"), numeric=True),
    Field("technology_maturity", _("Technology maturity (1-5)"),
          _plain("technology_maturity", fields.parse_maturity),
          ("technology maturity", "tech maturity", "digital maturity", "maturity", "maturite",
           "maturite technologique", "maturite digitale", "maturite numerique")),
    Field("technologies", _("Technologies"), _plain("technologies", fields.parse_technologies),
          ("technologies", "technology", "tech stack", "stack", "technographics", "tools",
           "technologies used", "technologie", "outils", "logiciels")),
    Field("budget_usd", _("Budget (USD)"), _budget,
          ("budget", "budget usd", "annual budget", "it budget", "estimated budget",
           "budget annuel", "budget estime"), numeric=True),
    Field("description", _("Description"), _plain("description", _paragraphs),
          ("description", "about", "notes", "company description", "short description",
           "commentaire", "commentaires", "remarques")),
    Field("external_id", _("External id"), _text("external_id", 120),
          ("external id", "id", "account id", "company id", "crm id", "record id", "salesforce id",
           "hubspot id", "uuid", "identifiant", "id externe", "reference")),
    Field("owner_email", _("Owner (e-mail)"), _plain("owner_email", fields.parse_email),
          ("owner email", "owner", "account owner", "owner e mail", "account owner email",
           "sales rep", "sales owner", "proprietaire", "responsable", "commercial",
           "e mail du proprietaire")),
)

_STAKEHOLDER_FIELDS = (
    Field("email", _("E-mail"), _plain("email", fields.parse_email),
          ("email", "e mail", "email address", "e mail address", "mail", "work email",
           "business email", "contact email", "courriel", "adresse e mail", "adresse mail",
           "adresse email", "email professionnel", "mel")),
    Field("first_name", _("First name"), _text("first_name", 100),
          ("first name", "firstname", "given name", "forename", "prenom", "first")),
    Field("last_name", _("Last name"), _text("last_name", 100),
          ("last name", "lastname", "surname", "family name", "nom", "nom de famille", "last")),
    Field("full_name", _("Full name"), _full_name,
          ("full name", "name", "contact", "contact name", "person", "person name", "lead name",
           "nom complet", "nom et prenom", "prenom nom", "prenom et nom", "interlocuteur"),
          gives=("first_name", "last_name")),
    Field("title", _("Job title"), _text("title", 160),
          ("title", "job title", "position", "job", "occupation", "poste", "fonction", "titre",
           "intitule du poste", "what is your current occupation")),
    Field("phone", _("Phone"), _phone,
          ("phone", "phone number", "telephone", "mobile", "mobile phone", "work phone", "cell",
           "direct phone", "direct dial", "tel", "portable", "numero de telephone",
           "business phone"),
          gives=("phone", "phone_raw")),
    Field("role", _("Role in the buying committee"), _plain("role", _role),
          ("role", "buying role", "committee role", "buying committee role", "persona",
           "buyer role", "role dans la decision", "role d achat")),
    Field("account_domain", _("Company domain"), _plain("account_domain", fields.parse_domain),
          ("company domain", "account domain", "domain", "website", "company website", "domaine",
           "company url", "site web", "domain name", "company domain name")),
    Field("account_name", _("Company"), _text("account_name", 200),
          ("company", "company name", "account", "account name", "organization", "organisation",
           "employer", "associated company", "entreprise", "societe", "raison sociale",
           "nom de l entreprise", "compte", "business name", "nom de la societe")),
    Field("account_city", _("Company city"), partial(_location, "account_city"),
          ("city", "company city", "account city", "ville", "location", "localisation",
           "billing city")),
    Field("external_id", _("External id"), _text("external_id", 120),
          ("external id", "id", "contact id", "lead id", "prospect id", "person id", "record id",
           "crm id", "salesforce id", "hubspot id", "identifiant", "id externe", "reference")),
    Field("source", _("Source"), _text("source", 60),
          ("source", "lead source", "original source", "origin", "lead origin", "provenance",
           "origine", "source du lead", "channel")),
    Field("consent_email", _("Consent to e-mail"), _plain("consent_email", fields.parse_boolean),
          ("consent email", "email consent", "opt in", "optin", "email opt in", "consent",
           "subscribed", "marketing consent", "gdpr consent", "consentement",
           "consentement e mail", "consentement email", "accord rgpd", "rgpd")),
    Field("do_not_email", _("Do not e-mail (opt-out)"), _do_not_email,
          ("do not email", "do not e mail", "opt out", "email opt out", "optout", "unsubscribed",
           "has opted out of email", "desinscrit", "desabonne", "ne pas envoyer d e mail"),
          gives=("consent_email",)),
    Field("do_not_contact", _("Do not contact"), _plain("do_not_contact", fields.parse_boolean),
          ("do not contact", "dnc", "do not disturb", "blacklisted", "ne pas contacter",
           "opposition", "liste rouge")),
    Field("linkedin_url", _("LinkedIn"), _plain("linkedin_url", _linkedin),
          ("linkedin", "linkedin url", "linkedin profile", "linkedin profile url",
           "profil linkedin", "person linkedin url")),
)

_ENGAGEMENT_FIELDS = (
    Field("email", _("E-mail of the person"), _plain("email", fields.parse_email),
          ("email", "e mail", "email address", "contact email", "mail", "courriel",
           "adresse e mail", "adresse email", "recipient", "stakeholder email", "user email")),
    Field("stakeholder_external_id", _("External id of the person"),
          _text("stakeholder_external_id", 120),
          ("stakeholder external id", "contact id", "person id", "prospect id", "lead id",
           "stakeholder id", "user id", "id contact", "identifiant du contact")),
    Field("signal", _("Signal"), _plain("signal", _signal),
          ("signal", "event", "event name", "event type", "activity", "activity type", "action",
           "type", "last activity", "engagement", "evenement", "type d evenement", "activite",
           "type d activite"), required=True),
    Field("occurred_at", _("Date"), partial(_moment, "occurred_at"),
          ("occurred at", "date", "timestamp", "event date", "event time", "datetime", "time",
           "activity date", "created at", "when", "occurred on", "engage date", "horodatage",
           "date heure", "date et heure", "date de l evenement", "quand", "le"),
          required=True, dated=True),
    Field("source", _("Source"), _text("source", 60),
          ("source", "system", "origin", "channel", "tool", "provenance", "origine", "canal",
           "outil")),
    Field("external_id", _("The source's id"), _text("external_id", 120),
          ("external id", "id", "event id", "activity id", "source id", "uuid", "identifiant",
           "id evenement", "message id", "id externe")),
    Field("value", _("Value (yes or no)"), _plain("value", fields.parse_boolean),
          ("value", "answer", "confirmed", "valeur", "confirme", "reponse")),
    Field("properties", _("Properties (JSON)"), _plain("properties", fields.parse_properties),
          ("properties", "metadata", "payload", "attributes", "proprietes", "attributs")),
)

TARGETS: Mapping[Kind, Target] = {
    "accounts": Target("accounts", {f.name: f for f in _ACCOUNT_FIELDS}, ("name", "domain"),
                       "missing_company"),
    "stakeholders": Target(
        "stakeholders", {f.name: f for f in _STAKEHOLDER_FIELDS}, ("email", "external_id"), "missing_person"
    ),
    "engagements": Target(
        "engagements",
        {f.name: f for f in _ENGAGEMENT_FIELDS},
        ("email", "stakeholder_external_id"),
        "missing_person",
    ),
}
