from zoneinfo import ZoneInfo

import pytest

from alignment.imports.parsing.mapping import ColumnMapping, guess_mapping, missing_fields
from alignment.imports.parsing.targets import TARGETS, Kind

# Headers and first rows of real lists, and the expected fields.
LISTS: list[tuple[Kind, str, str, dict[str, str]]] = [
    (
        "accounts",
        "Symbol|Security|GICS Sector|GICS Sub-Industry|Headquarters Location|Date added|CIK",
        "MMM|3M|Industrials|Industrial Conglomerates|Saint Paul, Minnesota|1957-03-04|66740",
        {"Security": "name", "GICS Sub-Industry": "industry", "Headquarters Location": "location"},
    ),
    (
        "accounts",
        "LoanRange|BusinessName|Address|City|State|Zip|NAICSCode|BusinessType|NonProfit|JobsRetained",
        "a $5-10 million|BETTER SYSTEMS INC|175 N 27th|BILLINGS|MT|59101|561330|Corporation||348",
        {
            "BusinessName": "name",
            "City": "city",
            "State": "state",
            "Zip": "zip",
            "NAICSCode": "naics",
            "JobsRetained": "employees",
        },
    ),
    (
        "accounts",
        "company|rank|revenue|num. of employees|sector|city|state|ceo_woman|CEO|Website|Market Cap",
        "Walmart|1|523964|2200000|Retailing|Bentonville|AR|no|C. D.|https://stock.walmart.com|411690",
        {
            "company": "name",
            "revenue": "revenue",
            "num. of employees": "employees",
            "sector": "industry",
            "city": "city",
            "state": "state",
            "Website": "website",
        },
    ),
    (
        "accounts",
        "account|sector|year_established|revenue|employees|office_location|subsidiary_of",
        "Acme Corporation|technolgy|1996|1100.04|2822|United States|",
        {
            "account": "name",
            "sector": "industry",
            "revenue": "revenue",
            "employees": "employees",
            "office_location": "location",
        },
    ),
    (
        "accounts",
        "Raison sociale|Site web|Ville|CP|Effectif|CA (k€)|Secteur d'activité|Maturité digitale",
        "Acme SA|www.acme.fr|Boston|02110|11-50|1 450,5|Logiciels|3",
        {
            "Raison sociale": "name",
            "Site web": "website",
            "Ville": "city",
            "CP": "zip",
            "Effectif": "employees",
            "CA (k€)": "revenue",
            "Secteur d'activité": "industry",
            "Maturité digitale": "technology_maturity",
        },
    ),
    (
        "accounts",
        "Firm|Where to find them",
        "Acme|https://acme.com\nBeta|beta.io",
        {"Where to find them": "website"},
    ),
    (
        "stakeholders",
        "Prospect ID|Lead Number|Lead Source|Do Not Email|Do Not Call|Last Activity|Country|City",
        "ff1f7582|630422|Google|No|No|Page Visited on Website|India|Mumbai",
        {
            "Prospect ID": "external_id",
            "Lead Source": "source",
            "Do Not Email": "do_not_email",
            "City": "account_city",
        },
    ),
    (
        "stakeholders",
        "Prénom|Nom|Courriel|Poste|Téléphone|Entreprise|Rôle|Consentement e-mail|Profil LinkedIn",
        "Marie|Dupont|m@acme.fr|DAF|01 23 45 67 89|Acme|Décideur|oui|https://linkedin.com/in/m",
        {
            "Prénom": "first_name",
            "Nom": "last_name",
            "Courriel": "email",
            "Poste": "title",
            "Téléphone": "phone",
            "Entreprise": "account_name",
            "Rôle": "role",
            "Consentement e-mail": "consent_email",
            "Profil LinkedIn": "linkedin_url",
        },
    ),
    (
        "engagements",
        "Contact Email|Activity Type|Activity Date|Source|Activity ID|Metadata",
        'a@b.com|Pricing page view|3/25/2024 14:00|web|77|{"a": 1}',
        {
            "Contact Email": "email",
            "Activity Type": "signal",
            "Activity Date": "occurred_at",
            "Source": "source",
            "Activity ID": "external_id",
            "Metadata": "properties",
        },
    ),
]


@pytest.mark.parametrize(("kind", "header", "rows", "expected"), LISTS)
def test_columns_are_guessed(kind: Kind, header: str, rows: str, expected: dict[str, str]) -> None:
    headers = header.split("|")
    mapping = guess_mapping(kind, headers, [row.split("|") for row in rows.split("\n")])
    assert {headers[column.index]: column.field for column in mapping} == expected


def test_values_overrule_a_misleading_header() -> None:
    mapping = guess_mapping("accounts", ["name", "state"], [["Acme", "open"], ["Beta", "closed"]])
    assert [column.field for column in mapping] == ["name"]


def test_a_column_of_few_categories_holds_no_names() -> None:
    assert guess_mapping("accounts", ["Client"], [["Current"], ["Past"]] * 30) == []


def test_reading_options_are_guessed() -> None:
    headers = ["name", "CA (k€)", "Revenue growth"]
    [_name, revenue] = guess_mapping("accounts", headers, [["A", "1 450,5", "x"]])
    assert revenue == ColumnMapping(1, "revenue", scale=1000, decimal_comma=True)
    [revenue] = guess_mapping("accounts", ["Revenue ($M)"], [["1,450"]])
    assert revenue.scale == 1_000_000
    [when] = guess_mapping("engagements", ["Date"], [["03/04/2024"], ["25/04/2024"]])
    assert when.day_first


def test_what_is_missing() -> None:
    assert missing_fields("accounts", [ColumnMapping(0, "website")]) == []
    assert missing_fields("accounts", [ColumnMapping(0, "city")]) == [("name", "domain")]
    assert missing_fields("engagements", []) == [
        ("signal",),
        ("occurred_at",),
        ("email", "stakeholder_external_id"),
    ]


def test_a_mapping_survives_json() -> None:
    column = ColumnMapping(3, "revenue", 1000, True, False)
    assert ColumnMapping.from_json(column.as_json()) == column
    assert ColumnMapping.from_json({"index": 1, "field": "name"}) == ColumnMapping(1, "name")
    assert column.reading(ZoneInfo("America/New_York")).scale == 1000


def test_headers_mean_one_field_only() -> None:
    for target in TARGETS.values():
        for field in target.fields.values():
            assert len(set(field.names)) == len(field.names), field.name
            for name in field.names:
                assert name == name.lower()
