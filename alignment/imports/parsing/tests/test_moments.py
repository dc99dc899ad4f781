# ruff: noqa: DTZ001 - naive times are what the files hold

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.imports.parsing.errors import CellError
from alignment.imports.parsing.moments import guess_day_first, parse_moment

NEW_YORK = ZoneInfo("America/New_York")


def utc(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0
) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-05", utc(2024, 1, 5, 5)),
        ("2024-07-05", utc(2024, 7, 5, 4)),
        ("2024-01-05T10:00:00Z", utc(2024, 1, 5, 10)),
        ("2024-01-05 10:00:00+02:00", utc(2024, 1, 5, 8)),
        ("2024-01-05 10:00", utc(2024, 1, 5, 15)),
        ("4/14/20", utc(2020, 4, 14, 4)),
        ("3/4/2024", utc(2024, 3, 4, 5)),
        ("14/4/2020", utc(2020, 4, 14, 4)),
        ("3.4.2024", utc(2024, 4, 3, 4)),
        ("3/4/2024 14h30", utc(2024, 3, 4, 19, 30)),
        ("3/4/2024 2:30 pm", utc(2024, 3, 4, 19, 30)),
        ("12/31/2024 12:05 AM", utc(2024, 12, 31, 5, 5)),
        ("45123", utc(2023, 7, 16, 4)),
        ("45123.5", utc(2023, 7, 16, 16)),
        ("20240105", utc(2024, 1, 5, 5)),
        ("1700000000", utc(2023, 11, 14, 22, 13, 20)),
        ("1700000000000", utc(2023, 11, 14, 22, 13, 20)),
        ("3 janvier 2024", utc(2024, 1, 3, 5)),
        ("1er mars 2024", utc(2024, 3, 1, 5)),
        ("Jan 3, 2024 4:05 PM", utc(2024, 1, 3, 21, 5)),
        ("Fri, 03 Jan 2024 10:00:00 +0000", utc(2024, 1, 3, 10)),
        ("2024/03/01", utc(2024, 3, 1, 5)),
    ],
)
def test_reads_dates_in_the_zone_of_the_program(text: str, expected: datetime) -> None:
    moment = parse_moment(text, zone=NEW_YORK)
    assert moment == expected
    assert moment.tzinfo is UTC


def test_day_first_is_a_choice() -> None:
    assert parse_moment("3/4/2024", day_first=True) == utc(2024, 4, 3)
    assert parse_moment("3/25/2024", day_first=True) == utc(2024, 3, 25)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date"),
        ("hello", "date"),
        ("2024-02-30", "date"),
        ("13/13/2024", "date"),
        ("99999999999999999999", "date"),
        ("3/4/2024 25:00", "date"),
        ("9999-01-01", "date_range"),
        ("0001-01-01", "date_range"),
        ("1989-12-31", "date_range"),
        ("2100-12-31T23:00-05:00", "date_range"),
        ("٣/٤/٢٠٢٤\0", "date"),
    ],
)
def test_refuses_what_is_no_date(text: str, code: str) -> None:
    with pytest.raises(CellError) as error:
        parse_moment(text)
    assert error.value.code == code


def test_a_column_shows_which_comes_first() -> None:
    assert guess_day_first(["03/04/2024", "25/12/2024"])
    assert not guess_day_first(["03/04/2024", "12/25/2024"])
    assert not guess_day_first(["2024-12-25"])


@given(st.datetimes(datetime(1991, 1, 1), datetime(2099, 1, 1)), st.booleans())
def test_numeric_dates_come_back(moment: datetime, day_first: bool) -> None:
    moment = moment.replace(microsecond=0)
    pattern = "%d/%m/%Y %H:%M:%S" if day_first else "%m/%d/%Y %H:%M:%S"
    text = moment.strftime(pattern)
    assert parse_moment(text, day_first=day_first) == moment.replace(tzinfo=UTC)


@given(st.text(max_size=25) | st.text(alphabet="0123456789-/.: TZ+", max_size=20))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    try:
        moment = parse_moment(text, zone=NEW_YORK)
    except CellError:
        return
    assert 1990 <= moment.year <= 2100
