"""Headers that mean a field, in English and French, folded: lower case, no accents, no punctuation.

Earlier headers in a list are stronger matches.
"""

from __future__ import annotations

from collections.abc import Mapping

_ACCOUNTS = """
name: name / company / company name / account / account name / business name / organization
    / organization name / organisation / employer / security / client / customer / customer
    name / legal name / nom / nom de l entreprise / entreprise / societe / nom de la societe
    / raison sociale / nom du compte / compte / denomination / etablissement
domain: domain / company domain / domain name / email domain / domaine / nom de domaine /
    company domain name / root domain
website: website / web site / url / website url / company url / homepage / home page / web /
    company website / site web / site internet / site / adresse web
location: location / headquarters location / headquarters / hq / hq location / office
    location / company location / city state / siege / siege social / localisation / lieu /
    implantation
city: city / town / hq city / billing city / company city / headquarters city / ville /
    commune / city name
state: state / state code / state province / billing state / hq state / company state /
    headquarters state / us state / etat / region / state region / province
zip: zip / zip code / zipcode / postal code / postcode / billing zip / hq zip / billing
    postal code / code postal / cp / zip postal code
country: country / country code / hq country / billing country / company country / country
    region / pays / code pays
naics: naics / naics code / naics 2022 / primary naics / naics codes / code naics / primary
    naics code / naics2022
industry: industry / sub industry / gics sub industry / sector / gics sector / vertical /
    category / company industry / primary industry / naics title / industrie / secteur /
    secteur d activite / activite / branche / market segment
employees: employees / employee count / number of employees / num of employees / no of
    employees / headcount / company size / size / employee range / staff / fte / ftes / jobs
    retained / jobs reported / employees range / nb employees / total employees / effectif /
    effectifs / nombre d employes / nb salaries / nombre de salaries / salaries / taille /
    taille de l entreprise / tranche d effectif / comp size
revenue: revenue / annual revenue / revenues / sales / annual sales / turnover / revenue
    range / yearly revenue / company revenue / total revenue / arr / chiffre d affaires / ca
    / ca annuel / chiffre d affaires annuel / revenu annuel / revenus
technology_maturity: technology maturity / tech maturity / digital maturity / maturity /
    maturite / maturite technologique / maturite digitale / maturite numerique
technologies: technologies / technology / tech stack / stack / technographics / tools /
    technologies used / technologie / outils / logiciels
budget_usd: budget / budget usd / annual budget / it budget / estimated budget / budget
    annuel / budget estime
description: description / about / notes / company description / short description /
    commentaire / commentaires / remarques
external_id: external id / id / account id / company id / crm id / record id / salesforce id
    / hubspot id / uuid / identifiant / id externe / reference
owner_email: owner email / owner / account owner / owner e mail / account owner email /
    sales rep / sales owner / proprietaire / responsable / commercial / e mail du
    proprietaire
"""

_STAKEHOLDERS = """
email: email / e mail / email address / e mail address / mail / work email / business email
    / contact email / courriel / adresse e mail / adresse mail / adresse email / email
    professionnel / mel
first_name: first name / firstname / given name / forename / prenom / first
last_name: last name / lastname / surname / family name / nom / nom de famille / last
full_name: full name / name / contact / contact name / person / person name / lead name /
    nom complet / nom et prenom / prenom nom / prenom et nom / interlocuteur
title: title / job title / position / job / occupation / poste / fonction / titre / intitule
    du poste / what is your current occupation
phone: phone / phone number / telephone / mobile / mobile phone / work phone / cell / direct
    phone / direct dial / tel / portable / numero de telephone / business phone
role: role / buying role / committee role / buying committee role / persona / buyer role /
    role dans la decision / role d achat
account_domain: company domain / account domain / domain / website / company website /
    domaine / company url / site web / domain name / company domain name
account_name: company / company name / account / account name / organization / organisation
    / employer / associated company / entreprise / societe / raison sociale / nom de l
    entreprise / compte / business name / nom de la societe
account_city: city / company city / account city / ville / location / localisation / billing
    city
external_id: external id / id / contact id / lead id / prospect id / person id / record id /
    crm id / salesforce id / hubspot id / identifiant / id externe / reference
source: source / lead source / original source / origin / lead origin / provenance / origine
    / source du lead / channel
consent_email: consent email / email consent / opt in / optin / email opt in / consent /
    subscribed / marketing consent / gdpr consent / consentement / consentement e mail /
    consentement email / accord rgpd / rgpd
do_not_email: do not email / do not e mail / opt out / email opt out / optout / unsubscribed
    / has opted out of email / desinscrit / desabonne / ne pas envoyer d e mail
do_not_contact: do not contact / dnc / do not disturb / blacklisted / ne pas contacter /
    opposition / liste rouge
linkedin_url: linkedin / linkedin url / linkedin profile / linkedin profile url / profil
    linkedin / person linkedin url
"""

_ENGAGEMENTS = """
email: email / e mail / email address / contact email / mail / courriel / adresse e mail /
    adresse email / recipient / stakeholder email / user email
stakeholder_external_id: stakeholder external id / contact id / person id / prospect id /
    lead id / stakeholder id / user id / id contact / identifiant du contact
signal: signal / event / event name / event type / activity / activity type / action / type
    / last activity / engagement / evenement / type d evenement / activite / type d activite
occurred_at: occurred at / date / timestamp / event date / event time / datetime / time /
    activity date / created at / when / occurred on / engage date / horodatage / date heure
    / date et heure / date de l evenement / quand / le
source: source / system / origin / channel / tool / provenance / origine / canal / outil
external_id: external id / id / event id / activity id / source id / uuid / identifiant / id
    evenement / message id / id externe
value: value / answer / confirmed / valeur / confirme / reponse
properties: properties / metadata / payload / attributes / proprietes / attributs
"""

_TOUCHES = """
email: email / e mail / email address / contact email / courriel / adresse e mail / adresse email
    / recipient / stakeholder email / e mail of the person / e mail de la personne
stakeholder_external_id: stakeholder external id / contact id / person id / prospect id /
    stakeholder id / id contact / identifiant du contact / external id of the person / identifiant
    externe de la personne
channel: channel / type / activity type / touch type / step type / canal / type d activite
starts_at: starts at / start / from / date / start date / planned for / scheduled at / due date /
    debut / du / date de debut / prevu le / quand / when / de / a partir de
ends_at: ends at / end / until / end date / fin / au / date de fin / jusqu a
who: who / owner / owner email / assigned to / rep / sender / qui / proprietaire / responsable /
    attribue a / who of us e mail / qui de nos equipes e mail
side: side / owner team / owner side / team / cote / equipe / equipe responsable / camp
message: message / subject / topic / objet / sujet / angle
say: say / what to say / script / notes / talking points / quoi dire / argumentaire
reason: reason / override reason / why / raison / motif / pourquoi / why nevertheless /
    pourquoi malgre tout
source: source / system / origin / tool / provenance / origine / outil
external_id: external id / id / touch id / activity id / task id / source id / identifiant /
    id externe / the source s id / identifiant de la source
"""

_SURGES = """
domain: domain / company domain / account domain / domain name / company url / website /
    company website / company domain name / root domain / url / domaine / nom de domaine /
    site web / domaine de l entreprise
name: company name / company / account name / account / name / organization / organisation /
    business name / entreprise / societe / raison sociale / nom de l entreprise / nom du
    compte / compte / nom de la societe
topic: topic name / topic / intent topic / surge topic / surging topic / topics / keyword /
    category / sujet / theme / thematique / thematique d intention / mot cle
strength: composite score / topic score / surge score / intent score / company surge score /
    score / strength / topic composite score / intent strength / score composite / score d
    intention / score du sujet / intensite / force / note
week: week / week of / week start / week starting / week start date / week ending / week end
    date / score date / surge date / report date / date stamp / date / as of / semaine /
    semaine du / debut de semaine / fin de semaine / date du score / date du rapport
source: source / provider / vendor / data source / intent source / fournisseur / provenance /
    origine
"""


def _read(text: str) -> Mapping[str, tuple[str, ...]]:
    joined = text.replace("\n    ", " ")
    lines = (line.partition(": ") for line in joined.split("\n") if line)
    return {field: tuple(name.strip() for name in names.split("/")) for field, _, names in lines}


HEADERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "accounts": _read(_ACCOUNTS),
    "stakeholders": _read(_STAKEHOLDERS),
    "engagements": _read(_ENGAGEMENTS),
    "touches": _read(_TOUCHES),
    "surges": _read(_SURGES),
}
