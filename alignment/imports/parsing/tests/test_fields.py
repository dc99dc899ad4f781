from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.imports.parsing import fields
from alignment.imports.parsing.errors import MESSAGES, CellError
from alignment.imports.parsing.fields import Phone
from alignment.reference.numbers import Whole


def code_of(parse: object, text: str) -> str:
    with pytest.raises(CellError) as error:
        parse(text)  # type: ignore[operator]
    assert error.value.code in MESSAGES
    return error.value.code


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("(406) 555-0134", "+14065550134"),
        ("1 406 555 0134", "+14065550134"),
        ("406.555.0134 ext. 5", "+14065550134"),
        ("+33 1 23 45 67 89", "+33123456789"),
        ("+33 (0)1 23 45 67 89", "+33123456789"),
        ("01 23 45 67 89", "+33123456789"),
        ("0033123456789", "+33123456789"),
        ("555-0134", ""),
    ],
)
def test_phones(text: str, e164: str) -> None:
    assert fields.parse_phone(text) == Phone(text, e164)


@pytest.mark.parametrize("text", ["abc", "12", "+1 2", "1" * 40, "٠١٢٣٤٥٦٧٨٩"])
def test_not_phones(text: str) -> None:
    assert code_of(fields.parse_phone, text) == "phone"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("561330", "561330"),
        ("541511 - Custom", "541511"),
        ("31-33", "31-33"),
        ("54", "54"),
        ("541511.0", "541511"),
        ("541511: Custom", "541511"),
        ("54 Professional", "54"),
    ],
)
def test_naics(text: str, code: str) -> None:
    assert fields.parse_naics(text) == code


@pytest.mark.parametrize("text", ["ABC", "5415112", "5", "0123", "54x"])
def test_not_naics(text: str) -> None:
    assert code_of(fields.parse_naics, text) == "naics"


def test_yes_and_no() -> None:
    assert [fields.parse_boolean(t) for t in ("Yes", "OUI", "x", "1", "vrai")] == [True] * 5
    assert [fields.parse_boolean(t) for t in ("no", "Non", "0", "FALSE")] == [False] * 4
    assert code_of(fields.parse_boolean, "maybe") == "boolean"


def test_maturity() -> None:
    assert [fields.parse_maturity(t) for t in ("3", "3/5", "Level 4", "2.0")] == [3, 3, 4, 2]
    assert code_of(fields.parse_maturity, "6") == "maturity"


def test_technologies_are_a_list_without_repeats() -> None:
    text = "Salesforce, HubSpot; salesforce|AWS\nGCP,,"
    assert fields.parse_technologies(text) == ["Salesforce", "HubSpot", "AWS", "GCP"]
    assert code_of(fields.parse_technologies, "x" * 61) == "too_long"


def test_employees_and_amounts() -> None:
    assert fields.parse_employees("1.450") == Whole(1450, 1450)
    assert fields.parse_employees("n/a") is None
    assert code_of(fields.parse_employees, "-5") == "negative"
    assert code_of(fields.parse_employees, "100000000000000") == "too_large"
    assert code_of(fields.parse_employees, "50-20M") == "too_large"
    assert fields.parse_employees("10,000,000") == (10_000_000, 10_000_000)
    assert code_of(fields.parse_employees, "many") == "not_a_number"
    assert fields.parse_amount("523964", scale=10**6) == Whole(523964 * 10**6, 523964 * 10**6)
    assert fields.parse_amount("$1.2B", scale=10**6) == Whole(12 * 10**8, 12 * 10**8)
    assert code_of(fields.parse_amount, "(5)") == "negative"
    assert code_of(fields.parse_amount, "11T") == "too_large"


def test_foreign_money_needs_a_rate() -> None:
    assert code_of(fields.parse_amount, "€3m") == "currency"
    euros = fields.parse_amount("€3m", rates={"EUR": Decimal("1.1")})
    assert euros == Whole(3_300_000, 3_300_000)


def test_amounts_fit_the_column() -> None:
    with pytest.raises(CellError):
        fields.parse_amount("900000000000000", scale=10**6)


def test_properties_are_an_object_that_can_be_stored() -> None:
    assert fields.parse_properties('{"a": [1, "é"]}') == {"a": [1, "é"]}
    for text in ("[1]", "{", '{"a": NaN}', '{"a": "\\u0000"}', '{"a": "\\ud800"}', "[" * 9_000):
        assert code_of(fields.parse_properties, text) == "json"


def test_text_is_one_printable_line() -> None:
    assert fields.parse_text("  A\t B\r\nC\x07 ", 20) == "A B C"
    assert fields.parse_text("<b>Müller & Söhne</b>", 30) == "<b>Müller & Söhne</b>"
    assert code_of(lambda t: fields.parse_text(t, 5), "abcdef") == "too_long"


def test_keys() -> None:
    assert fields.parse_key("Pricing page – Viewed!") == "pricing_page_viewed"


@given(st.text(max_size=40))
def test_no_text_surprises_a_parser(text: str) -> None:
    refused: list[CellError] = []
    for parse in (
        fields.parse_phone,
        fields.parse_naics,
        fields.parse_boolean,
        fields.parse_email,
        fields.parse_domain,
        fields.parse_website,
        fields.parse_employees,
        fields.parse_amount,
        fields.parse_properties,
        fields.parse_technologies,
        fields.parse_maturity,
    ):
        try:
            parse(text)
        except CellError as error:
            refused.append(error)
    assert {error.code for error in refused} <= set(MESSAGES)
    assert not any("\0" in str(MESSAGES[e.code]) % e.params for e in refused)
