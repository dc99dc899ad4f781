from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alignment.imports.parsing.errors import MESSAGES
from alignment.imports.parsing.mapping import ColumnMapping, guess_mapping
from alignment.imports.parsing.opening import open_table
from alignment.imports.parsing.rows import ParsedRow, RowParser, natural_event_id
from alignment.imports.parsing.tables import Row
from alignment.imports.parsing.targets import TARGETS, Kind


def parse(kind: Kind, **cells: str) -> ParsedRow:
    headers = list(cells)
    mapping = [ColumnMapping(index, name) for index, name in enumerate(headers)]
    parser = RowParser(kind, mapping, headers, zone=ZoneInfo("America/New_York"))
    return parser.parse(Row(7, list(cells.values())))


def codes(row: ParsedRow) -> list[tuple[str, str]]:
    return [(error.column, error.code) for error in row.errors]


def test_an_account() -> None:
    row = parse(
        "accounts",
        name=" Acme  Inc ",
        website="https://www.acme.com/",
        location="Billings, MT",
        zip="59101-1234",
        employees="51 to 200",
        revenue="$1.2B+",
        technology_maturity="3",
        technologies="AWS; Salesforce",
        budget_usd="$50-100k",
        naics="541511",
        owner_email="R@x.com",
    )
    assert row.errors == []
    assert row.values == {
        "name": "Acme Inc",
        "website": "https://www.acme.com/",
        "domain": "acme.com",
        "city": "Billings",
        "state": "MT",
        "country": "US",
        "zip": "59101",
        "employees_low": 51,
        "employees_high": 200,
        "revenue_low": 1_200_000_000,
        "revenue_high": None,
        "technology_maturity": 3,
        "technologies": ["AWS", "Salesforce"],
        "budget_usd": 50_000,
        "naics": "541511",
        "owner_email": "r@x.com",
    }


def test_a_column_of_its_own_overrules_a_part_of_another() -> None:
    row = parse(
        "accounts",
        domain="acme.com",
        website="https://shop.example.org",
        name="A",
        city="Helena",
        location="Billings, MT",
    )
    assert (row.values["domain"], row.values["city"]) == ("acme.com", "Helena")
    assert row.values["state"] == "MT"


def test_a_profile_page_is_a_website_but_no_domain() -> None:
    row = parse("accounts", name="Acme", website="https://facebook.com/acme")
    assert row.values == {"name": "Acme", "website": "https://facebook.com/acme"}
    assert row.errors == []


def test_blank_and_unknown_cells_say_nothing() -> None:
    row = parse("accounts", name="Acme", city="", employees="n/a", revenue=" - ", domain="Unknown")
    assert row.values == {"name": "Acme"}
    assert row.errors == []


def test_bad_cells_are_reported_and_good_ones_kept() -> None:
    row = parse(
        "accounts", name="Acme", domain="gmail.com", zip="abc", employees="lots", city="x\0"
    )
    assert row.usable
    assert row.values == {"name": "Acme"}
    assert sorted(codes(row)) == [
        ("city", "nul"),
        ("domain", "free_mail"),
        ("employees", "not_a_number"),
        ("zip", "zip"),
    ]
    assert all(error.message for error in row.errors)


def test_a_row_without_a_company_is_unusable() -> None:
    row = parse("accounts", name="", domain="1.2.3.4", city="Billings")
    assert not row.usable
    assert codes(row) == [("domain", "domain"), ("", "missing_company")]


def test_states_and_codes_abroad_are_no_mistake() -> None:
    row = parse("accounts", name="Acme", state="Bavaria", zip="SW1A", country="Germany")
    assert row.errors == []
    assert row.values == {"name": "Acme", "country": "DE"}


def test_a_stakeholder() -> None:
    row = parse(
        "stakeholders",
        email="Jane <J@Acme.com>",
        full_name="Dupont, Marie",
        role="Décideur",
        phone="(406) 555-0134",
        do_not_email="no",
        do_not_contact="x",
        account_city="Paris, France",
    )
    assert row.values == {
        "email": "j@acme.com",
        "first_name": "Marie",
        "last_name": "Dupont",
        "role": "decision_maker",
        "phone": "+14065550134",
        "phone_raw": "(406) 555-0134",
        "do_not_contact": True,
        "account_city": "Paris",
    }
    assert (
        parse("stakeholders", email="a@b.com", do_not_email="yes").values["consent_email"] is False
    )


def test_an_engagement() -> None:
    row = parse(
        "engagements",
        email="a@b.com",
        signal="Pricing page view",
        occurred_at="2024-07-05",
        value="oui",
        properties='{"pages": 3}',
    )
    assert row.values == {
        "email": "a@b.com",
        "signal": "pricing_page_view",
        "occurred_at": datetime(2024, 7, 5, 4, tzinfo=UTC),
        "value": True,
        "properties": {"pages": 3},
    }
    assert natural_event_id(row.values) == natural_event_id(dict(row.values))
    bare = parse("engagements", email="a@b.com", signal="x", occurred_at="9999-01-01")
    assert not bare.usable
    assert codes(bare) == [("occurred_at", "date_range")]
    assert codes(parse("engagements", email="", signal="x", occurred_at="2024-01-01")) == [
        ("", "missing_person")
    ]


def test_an_unmapped_required_field_is_named() -> None:
    row = parse("engagements", email="a@b.com", signal="x")
    assert codes(row) == [("occurred_at", "missing")]


def test_faulty_rows_are_reported_with_their_cells() -> None:
    parser = RowParser("accounts", [ColumnMapping(0, "name")], ["name"])
    row = parser.parse(Row(3, ["a", "b"], "extra_cells"))
    assert (row.usable, row.cells, codes(row)) == (False, ["a", "b"], [("", "extra_cells")])


def test_rates_and_scales() -> None:
    parser = RowParser(
        "accounts",
        [ColumnMapping(0, "name"), ColumnMapping(1, "revenue", 1000)],
        ["n", "r"],
        rates={"EUR": Decimal("1.5")},
    )
    assert parser.parse(Row(2, ["A", "2 000 €"])).values["revenue_low"] == 3_000_000
    assert codes(parser.parse(Row(3, ["A", "£5"]))) == [("r", "currency")]


def test_every_error_has_a_sentence() -> None:
    for code, sentence in MESSAGES.items():
        assert code
        assert str(sentence)


@pytest.mark.parametrize("kind", list(TARGETS))
def test_html_and_oddities_do_no_harm(kind: Kind) -> None:
    odd: Sequence[str] = ("<script>alert(1)</script>", "=1+1", "\u202e", "💥", "'; --", "\x00")
    for text in odd:
        row = parse(kind, **dict.fromkeys(TARGETS[kind].fields, text))
        assert row.errors
        assert "\0" not in repr(row.values)


def test_memory_is_bounded_while_streaming(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "big.csv"
    with path.open("w") as file:
        file.write("name,website,employees\n")
        file.writelines(f"Acme {n},https://acme{n}.com,{n}\n" for n in range(30_000))
    with open_table(path) as table:
        mapping = guess_mapping("accounts", table.headers, table.sample())
        parser = RowParser("accounts", mapping, table.headers)
        tracemalloc.start()
        count = sum(row.usable for row in map(parser.parse, table.rows()))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == 30_000
    assert peak < 20 * 2**20
