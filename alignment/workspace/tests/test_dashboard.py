"""The dashboard page, its numbers and the rows behind them."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.metrics.actions.snapshots import restate, take
from alignment.metrics.forms import AskForm
from alignment.metrics.models import Assumptions
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.rules import Statistic, Unit, of_counts, of_values
from alignment.metrics.tests.test_leads import NOON, hand_over
from alignment.sla.models import Clock
from alignment.workspace.dashboard.day_chart import sparkline
from alignment.workspace.dashboard.rows import export_lines
from alignment.workspace.dashboard.words import change_words, value_words
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MARCH = "?from=2026-03-01&to=2026-03-31"


def address(cast: Cast, name: str = "dashboard", *args: str) -> str:
    return reverse(f"workspace:{name}", args=[cast.program.slug, *args])


def test_both_teams_see_the_same_numbers(cast: Cast) -> None:
    for _number in range(12):
        hand_over(cast, NOON, contact_s=600, sql=True)
    seen = [
        cast.client(who).get(address(cast) + MARCH, headers={"HX-Request": "true"}).content
        for who in ("rep", "marketer")
    ]
    assert seen[0] == seen[1]
    text = seen[0].decode()
    assert "12 of 12" in text
    assert "On target" in text
    assert "10 min" in text


def test_an_empty_program_has_not_enough_data(cast: Cast) -> None:
    text = cast.client("observer").get(address(cast)).content.decode()
    assert "Not enough data" in text
    assert "Off target" not in text


def test_the_tiles_cost_as_much_for_three_rows_as_for_one(cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            cast.client("rep").get(address(cast) + MARCH)
        return len(seen)

    hand_over(cast, NOON, contact_s=600)
    cost()
    one = cost()
    for _number in range(2):
        hand_over(cast, NOON, contact_s=600)
    assert cost() == one


def test_what_makes_no_sense_shows_the_usual_and_says_so(cast: Cast) -> None:
    answer = cast.client("rep").get(address(cast) + "?from=2026-03-02&to=2026-03-01")
    assert "The first day lies after the last." in answer.content.decode()


@pytest.mark.parametrize("key", sorted(METRICS))
def test_each_number_opens_its_rows(cast: Cast, key: str) -> None:
    hand_over(cast, NOON, contact_s=600, sql=True)
    for by in ("source", "segment", "team", "tier", "kind"):
        page = cast.client("rep").get(address(cast, "dashboard_metric", key) + MARCH + f"&by={by}")
        assert page.status_code == 200
    assert cast.client("rep").get(address(cast, "dashboard_metric", "no")).status_code == 404


def test_numerator_and_the_rest(cast: Cast) -> None:
    hand_over(cast, NOON, sql=True)
    hand_over(cast, NOON)
    page = address(cast, "dashboard_metric", "conversion") + MARCH
    counts = [
        len(cast.client("rep").get(page + rows).context["rows"])
        for rows in ("", "&rows=in", "&rows=out")
    ]
    assert counts == [2, 1, 1]


def test_rows_that_arrive_meanwhile_move_none_to_the_next_page(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alignment.workspace.dashboard.rows.MOST_ROWS", 2)
    for hours in range(5):
        hand_over(cast, NOON - timedelta(hours=hours))
    client = cast.client("rep")

    def page(step: str = "") -> Any:
        return client.get(address(cast, "dashboard_metric", "conversion") + MARCH + step).context

    def urls(context: Any) -> list[str]:
        return [row.url for row in context["rows"]]

    first = page()
    hand_over(cast, NOON + timedelta(hours=1))
    second = page(f"&after={first['after']}")
    third = page(f"&after={second['after']}")
    seen = urls(first) + urls(second) + urls(third)
    assert len(seen) == len(set(seen)) == 5
    assert not third["after"]
    assert urls(page(f"&before={third['before']}")) == urls(second)


def test_another_part_of_the_rows_starts_at_its_first_page(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alignment.workspace.dashboard.rows.MOST_ROWS", 1)
    for hours in range(3):
        hand_over(cast, NOON - timedelta(hours=hours))
    client, home = cast.client("rep"), address(cast, "dashboard_metric", "conversion") + MARCH
    second = client.get(f"{home}&after={client.get(home).context['after']}").context["after"]
    third = client.get(f"{home}&after={second}").context["before"]
    text = client.get(f"{home}&before={third}").content.decode()
    tabs = [
        link
        for link in re.findall(r'class="tabs__tab"\s+href="([^"]+)"', text)
        if "by=" not in link
    ]
    assert len(tabs) == 3
    assert not [link for link in tabs if "before=" in link]


def test_days_are_told_beside_the_chart(cast: Cast) -> None:
    now = timezone.now()
    hand_over(cast, now - timedelta(days=3), contact_s=600)
    take(program=cast.program, now=now - timedelta(days=1))
    take(program=cast.program, now=now)
    text = cast.client("rep").get(address(cast)).content.decode()
    assert "Day by day" in text
    assert "<polyline" in text


def test_a_tile_says_that_its_line_was_restated(cast: Cast) -> None:
    now = timezone.now()
    take(program=cast.program, now=now)
    hand_over(cast, now - timedelta(days=3), contact_s=600)
    assert "rows came late" not in cast.client("rep").get(address(cast)).content.decode()
    restate(program=cast.program, now=now)
    assert (
        "1 day of the line was restated" in cast.client("rep").get(address(cast)).content.decode()
    )


def sent(reply: Any) -> str:
    """The content of a streamed file."""

    async def whole() -> str:
        return b"".join([part async for part in reply.streaming_content]).decode()

    return async_to_sync(whole)()


def test_the_cost_is_held_against_its_target_as_a_sum(cast: Cast) -> None:
    hand_over(cast, NOON, contact_s=25 * 3600)
    shown = cast.client("rep").get(address(cast) + MARCH).context["parts"]
    (cost,) = [tile for part in shown for tile in part.tiles if tile.total]
    # No cost from untreated leads, all of it from a late response.
    assert [line.now.value for line in cost.lines] == [0, 50, 0]
    assert (cost.total, cost.head.meets) == ("$50", False)


def test_exports(cast: Cast) -> None:
    hand_over(cast, NOON, sql=True)
    client = cast.client("rep")
    assert "MQL to SQL" in sent(client.get(address(cast, "dashboard_export") + MARCH))
    rows = sent(client.get(address(cast, "dashboard_metric_export", "conversion") + MARCH))
    assert rows.count("Pat Person") == 1


def test_a_row_that_arrives_while_the_file_is_written_is_not_there_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alignment.workspace.dashboard.rows.EXPORTED_AT_ONCE", 1)
    for hours in (0, 1, 2):
        hand_over(cast, NOON - timedelta(hours=hours))
    march = AskForm({"from": "2026-03-01", "to": "2026-03-31"}, program=cast.program, now=NOON)
    assert march.is_valid()
    lines = export_lines(cast.program, METRICS["conversion"], march.asked)
    ((first,),) = [next(lines)]
    hand_over(cast, NOON + timedelta(hours=1))
    ids = [first[1], *(line[1] for batch in lines for line in batch)]
    assert len(ids) == len(set(ids)) == 3


def test_a_french_reader_gets_a_file_that_excel_there_opens(cast: Cast) -> None:
    hand_over(cast, NOON, sql=True)
    hand_over(cast, NOON)
    cast.rep.language = "fr"
    cast.rep.save()
    file = sent(cast.client("rep").get(address(cast, "dashboard_export") + MARCH))
    rows = [line for line in file.splitlines() if ";0,5;" in line]
    assert any(";0,4;1;2;2;" in row for row in rows)
    english = sent(cast.client("marketer").get(address(cast, "dashboard_export") + MARCH))
    assert "MQL to SQL,0.5,share,0.4,1,2,2," in english


def test_on_paper_nothing_is_read_as_markup(cast: Cast) -> None:
    cast.program.name = "#panic() [*_"
    cast.program.save()
    hand_over(cast, NOON, sql=True)
    reply = cast.client("rep").get(address(cast, "dashboard_pdf") + MARCH)
    assert reply["Content-Type"] == "application/pdf"
    text = words_of(reply.content)
    assert "#panic() [*_" in text


def test_the_paper_has_every_number_once_and_each_definition_once(cast: Cast) -> None:
    for _number in range(12):
        hand_over(cast, NOON, contact_s=600, sql=True)
    reply = cast.client("rep").get(address(cast, "dashboard_pdf") + MARCH)
    text = words_of(reply.content)
    for metric in METRICS.values():
        assert str(metric.definition.name) in text, metric.definition.key
    for said in ("From hand-off to SQL", "over 40%", "On target", "Cost of misalignment $"):
        assert said in text, said
    assert text.count("share kept. Promises no longer owed") == 1


def words_of(file: bytes) -> str:
    pages = PdfReader(BytesIO(file)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_tv_shows_no_filters(cast: Cast) -> None:
    text = cast.client("rep").get(address(cast) + "?tv=1").content.decode()
    assert "shell--tv" in text
    assert 'name="from"' not in text


def test_tv_says_what_a_line_spans(cast: Cast) -> None:
    # A wall screen has no tooltips, so the line's range is shown as text.
    now = timezone.now()
    hand_over(cast, now - timedelta(days=3), contact_s=600)
    take(program=cast.program, now=now - timedelta(days=1))
    hand_over(cast, now - timedelta(days=2), contact_s=1800)
    take(program=cast.program, now=now)
    spans = re.compile(r"line of \d+ days, from 10 min to 20 min")
    assert spans.search(cast.client("rep").get(address(cast) + "?tv=1").content.decode())
    assert not spans.search(cast.client("rep").get(address(cast)).content.decode())


def test_owners_change_assumptions_and_others_read_them(cast: Cast) -> None:
    page = address(cast, "dashboard_assumptions")
    assert "$250" in cast.client("rep").get(page).content.decode()
    said = {
        "lead_value_usd": 300,
        "untreated_after_days": 5,
        "late_usd": 10,
        "late_after_minutes": 60,
    }
    assert cast.client("rep").post(page, said).status_code == 403
    assert cast.client("owner").post(page, said).status_code == 302
    assert Assumptions.objects.in_program(cast.program).get().lead_value_usd == 300
    wrong = cast.client("owner").post(page, said | {"untreated_after_days": 0})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        (Unit.SHARE, 0.425, "42%"),
        (Unit.SECONDS, 59.0, "1 min"),
        (Unit.SECONDS, 4320.0, "1 h 12 min"),
        (Unit.SECONDS, 7200.0, "2 h"),
        (Unit.SECONDS, 200_000.0, "2 d 8 h"),
        (Unit.DOLLARS, 4200.0, "$4.2K"),
        (Unit.DAYS, 3.0, "3 days"),
        (Unit.COUNT, 1200.0, "1,200"),
        (Unit.SHARE, None, "–"),
    ],
)
def test_words_of_values(unit: Unit, value: float | None, words: str) -> None:
    assert value_words(unit, value) == words


def test_a_chart_needs_two_days() -> None:
    assert sparkline([None, 3.0]) == ""
    assert sparkline([1.0, None, 3.0]) == "0.0,28.0 100.0,2.0"


def test_a_change_is_told_where_both_periods_have_enough() -> None:
    definition = METRICS["conversion"].definition
    assert change_words(definition, of_counts(6, 12), of_counts(3, 12)) == (
        "+25 points",
        "better",
    )
    assert change_words(definition, of_counts(3, 12), of_counts(6, 12))[1] == "worse"
    assert change_words(definition, of_counts(3, 12), of_counts(3, 12)) == ("unchanged", "same")
    assert change_words(definition, of_counts(1, 2), of_counts(6, 12)) == ("", "")
    assert change_words(definition, of_counts(5_001, 10_000), of_counts(5, 10)) == (
        "unchanged",
        "same",
    )
    quicker = METRICS["response-mean"].definition
    hour, half, hardly = ([seconds] * 12 for seconds in (3_600.0, 1_800.0, 3_590.0))
    told = [
        change_words(quicker, *(of_values(each, Statistic.MEAN, rows=12) for each in pair))
        for pair in ((half, hour), (hour, half), (hardly, hour))
    ]
    assert told == [("−30 min", "better"), ("+30 min", "worse"), ("unchanged", "same")]


def test_a_promise_that_is_not_kept_is_named_beside_the_many_that_are(cast: Cast) -> None:
    """Thirty of one promise are kept, ten of another are broken: 75 % overall would hide that."""
    for number in range(40):
        ended(cast, "crm" if number < 30 else "first-contact", is_kept=number < 30)
    text = cast.client("rep").get(address(cast) + MARCH).content.decode()
    tile = text.partition('id="tile-sla-sales"')[2].partition("</section>")[0]
    weak = tile.partition('aria-label="Below the target"')[2].partition("</ul>")[0]
    assert "First contact" in weak
    assert "0%" in weak
    assert "Status in the CRM" not in weak
    shown = cast.client("rep").get(address(cast, "dashboard_metric", "sla-kept-sales") + MARCH)
    parts = shown.content.decode().partition('id="groups"')[2]
    assert "First contact" in parts
    assert "first-contact" not in parts.partition("</table>")[0].partition("<tbody>")[2]


def ended(cast: Cast, clause: str, *, is_kept: bool) -> Clock:
    handed = hand_over(cast, NOON)
    version = in_force(cast.program, Kind.SLA)
    assert version is not None
    return Clock.objects.create(
        program=cast.program,
        version=version,
        clause=clause,
        side="sales",
        lead=handed.lead,
        event=handed.event,
        state="kept" if is_kept else "broken",
        started_at=NOON,
        due_at=NOON + timedelta(hours=1),
        ended_at=NOON + timedelta(hours=1),
    )
