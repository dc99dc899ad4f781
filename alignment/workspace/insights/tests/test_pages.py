"""The pages of insights."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alignment.workspace.insights.rows import in_pieces
from campaigns.insights.models import InsightTopic, Note, Tag
from campaigns.insights.tests import scenes
from campaigns.library.actions.assets import add_asset
from campaigns.opportunities.actions.moving import move
from campaigns.opportunities.models import Outcome
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def at(cast: Cast, name: str, *args: Any) -> str:
    return reverse(f"workspace:{name}", args=[cast.program.slug, *args])


def page(cast: Cast, name: str, *args: Any, who: str = "rep", **query: Any) -> str:
    reply = cast.client(who).get(at(cast, name, *args), query)
    assert reply.status_code == 200
    return reply.content.decode()


def written(**more: Any) -> dict[str, Any]:
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    return {"kind": "call", "at": now, "text": scenes.SAID} | more


def test_a_call_is_written_down_and_marketing_sees_the_gap(cast: Cast) -> None:
    topic, deal = scenes.price(cast), scenes.deal(cast)
    client = cast.client("rep")
    sent = written(opportunity=deal.pk, who=cast.rep.pk)
    reply = client.post(at(cast, "note_new", deal.account_id), sent)
    note = Note.objects.in_program(cast.program).get()
    assert reply["Location"] == at(cast, "note", note.pk)
    (tag,) = scenes.tags(note)
    assert "Your price is too high" in page(cast, "note", note.pk)
    decided = client.post(at(cast, "tag_decide", tag.pk), {"is": "yes"}, headers=HTMX)
    assert decided.status_code == 204
    assert f"sse:note-{note.pk}" in decided["HX-Trigger"]
    shown = page(cast, "insight_topics", who="marketer")
    assert "Raised and without an answer" in shown
    asset = add_asset(program=cast.program, title="ROI study", kind="one_pager", by=None)
    answer = {"answer": "It pays back.", "asset": asset.pk}
    cast.client("marketer").post(at(cast, "insight_topic_answer", topic.pk), answer)
    topic.refresh_from_db()
    assert (topic.answer, topic.asset, topic.gap_since) == ("It pays back.", asset, None)
    assert "It pays back." in page(cast, "note", note.pk)
    assert "Raised and without an answer" not in page(cast, "insight_topics")
    for name, row in (("opportunity", deal.pk), ("account", deal.account_id)):
        assert at(cast, "note", note.pk) in page(cast, name, row)


def test_a_transcript_is_uploaded(cast: Cast) -> None:
    account = make.account(cast.program)
    file = SimpleUploadedFile("c.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hello</v>\n")
    address = at(cast, "note_new", account.pk)
    cast.client("rep").post(address, written(text="", kind="transcript", file=file))
    assert Note.objects.in_program(cast.program).get().text == "Ann: Hello"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("c.txt", b"caf\xe9", "Save it as UTF-8"),
        ("c.pdf", b"%PDF", "Choose a .txt, .vtt or .srt"),
        ("c.vtt", b"WEBVTT\n", "no words in this file"),
    ],
)
def test_files_that_cannot_be_read_say_why(cast: Cast, name: str, data: bytes, said: str) -> None:
    address = at(cast, "note_new", make.account(cast.program).pk)
    sent = written(text="", file=SimpleUploadedFile(name, data))
    reply = cast.client("rep").post(address, sent)
    assert reply.status_code == 422
    assert said in reply.content.decode()


def test_nothing_written_is_refused_and_observers_only_read(cast: Cast) -> None:
    note = scenes.note(cast)
    address = at(cast, "note_new", note.account_id)
    assert cast.client("rep").post(address, written(text=" ")).status_code == 422
    for name in ("note_edit", "note_mark", "note_remove"):
        reply = cast.client("observer").post(at(cast, name, note.pk), written())
        assert reply.status_code in (403, 404), name
    shown = page(cast, "note", note.pk, who="observer")
    assert at(cast, "note_mark", note.pk) not in shown


def test_what_was_said_cannot_become_markup(cast: Cast) -> None:
    text = "<script>alert('price')</script> price <img src=x>"
    scenes.price(cast)
    note = scenes.note(cast, text=text)
    for shown in (
        page(cast, "note", note.pk),
        page(cast, "insights", q="price"),
        page(cast, "insights", q="<script>"),
    ):
        assert "<script>alert" not in shown
        assert "<img" not in shown
    assert "<mark>price</mark>" in page(cast, "insights", q="price")


def test_notes_are_narrowed(cast: Cast) -> None:
    topic = scenes.price(cast)
    mine, other = scenes.raised(cast, topic), scenes.note(cast, text="Quiet", kind="email")
    undecided = scenes.note(cast)
    narrowed: list[tuple[dict[str, Any], set[int]]] = [
        ({"topic": topic.pk}, {mine.pk}),
        ({"kind": "email"}, {other.pk}),
        ({"state": "waiting"}, {undecided.pk}),
        ({"q": "quiet"}, {other.pk}),
        ({"q": "absent"}, set()),
    ]
    for query, wanted in narrowed:
        shown = page(cast, "insights", **query)
        found = {n.pk for n in (mine, other, undecided) if at(cast, "note", n.pk) in shown}
        assert found == wanted, query


def test_numbers_of_an_objection_say_their_sample(cast: Cast) -> None:
    topic, rival = scenes.price(cast), scenes.price(cast, name="Acme", kind="competitor")
    insurer = make.account(cast.program, naics="524126")
    lost = scenes.deal(cast, account=insurer)
    for _number in range(2):
        scenes.raised(cast, topic, opportunity=lost)
    scenes.raised(cast, rival, opportunity=lost)
    scenes.raised(cast, topic, opportunity=scenes.deal(cast))
    end = make.ending(cast.program, Outcome.LOST)
    move(opportunity=lost, stage=end, by=cast.rep, lost_reason="price")
    shown = page(cast, "insight_topic", topic.pk)
    assert "0 of 1 won" in shown
    assert "Finance and Insurance" in shown
    assert "Discovery" in shown
    assert "Acme" in shown
    everything = page(cast, "insight_topics")
    assert '<td class="num" data-label="Conversations">3</td>' in everything
    for query in ({"sector": "52"}, {"competitor": rival.pk}):
        narrowed = page(cast, "insight_topics", **query)
        assert '<td class="num" data-label="Conversations">2</td>' in narrowed, query
    page(cast, "insight_topics", sector="x", stage="x", competitor="x", days="x", kind="x")


@pytest.mark.parametrize(
    ("name", "query"),
    [("insights", {}), ("insights", {"q": "price"}), ("insight_topics", {})],
)
def test_more_rows_need_no_more_statements(cast: Cast, name: str, query: dict[str, Any]) -> None:
    def one(number: int) -> None:
        scenes.raised(cast, scenes.price(cast, name=f"Price {number}"))

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(cast, name, **query)
        return len(seen)

    one(1)
    statements()
    first = statements()
    one(2)
    one(3)
    assert statements() == first


def test_topics_are_kept_on_pages(cast: Cast) -> None:
    client = cast.client("marketer")
    words = {"kind": "pain", "name": "Manual work", "phrases": "by hand\n\nspreadsheet\n"}
    client.post(at(cast, "insight_topic_new"), words)
    topic = InsightTopic.objects.in_program(cast.program).get()
    assert topic.phrases == ["by hand", "spreadsheet"]
    again = client.post(at(cast, "insight_topic_new"), words)
    assert again.status_code == 422
    client.post(at(cast, "insight_topic_edit", topic.pk), {"name": "Toil", "phrases": "excel"})
    topic.refresh_from_db()
    assert (topic.name, topic.phrases) == ("Toil", ["excel"])
    client.post(at(cast, "insight_topic_retire", topic.pk))
    topic.refresh_from_db()
    assert topic.retired_at
    assert client.get(at(cast, "insight_topic_answer", topic.pk)).status_code == 404


def test_only_a_filter_that_is_set_can_be_cleared(cast: Cast) -> None:
    client, place = cast.client("marketer"), at(cast, "insight_topics")
    assert "Clear" not in client.get(place, {"kind": "pain"}).content.decode()
    assert "Clear" in client.get(place, {"kind": "pain", "days": "30"}).content.decode()


def test_a_note_is_changed_marked_and_removed(cast: Cast) -> None:
    note, topic = scenes.note(cast), scenes.price(cast, phrases=[])
    client = cast.client("rep")
    assert scenes.SAID in client.get(at(cast, "note_edit", note.pk)).content.decode()
    client.post(at(cast, "note_edit", note.pk), written(text="Far too dear.", who=cast.rep.pk))
    refused = client.post(at(cast, "note_mark", note.pk), {"quote": "cheap", "topic": topic.pk})
    assert refused.status_code == 422
    for chosen in (topic.pk, "next_step"):
        client.post(at(cast, "note_mark", note.pk), {"quote": "too dear", "topic": chosen})
    rows = Tag.objects.in_program(cast.program).order_by("pk")
    assert [(tag.kind, tag.quote) for tag in rows] == [
        ("objection", "too dear"),
        ("next_step", "too dear"),
    ]
    assert cast.client("stranger").get(at(cast, "note", note.pk)).status_code == 404
    client.post(at(cast, "note_remove", note.pk))
    assert not Note.objects.in_program(cast.program).exists()


def test_passages_may_overlap() -> None:
    first, second = Tag(start=2, end=6, state="accepted"), Tag(start=4, end=8, state="suggested")
    pieces = in_pieces("0123456789", [first, second, Tag(state="accepted")])
    assert "".join(piece.text for piece in pieces) == "0123456789"
    assert [(piece.text, len(piece.tags)) for piece in pieces] == [
        ("01", 0),
        ("23", 1),
        ("45", 2),
        ("67", 1),
        ("89", 0),
    ]


def test_a_long_note_scrolls_beside_its_tags(cast: Cast) -> None:
    topic = scenes.price(cast)
    short = scenes.raised(cast, topic)
    long = scenes.raised(cast, topic, text="Nothing of it. " * 1_000 + "The price is too high.")
    assert "transcript--long" not in page(cast, "note", short.pk)
    shown = page(cast, "note", long.pk)
    (tag,) = scenes.tags(long)
    assert "transcript--long" in shown
    assert f'href="#passage-{tag.pk}"' in shown
    assert shown.index(f'id="passage-{tag.pk}"') > shown.index("Nothing of it.")


def test_an_answer_says_something_or_says_that_it_is_gone(cast: Cast) -> None:
    topic, client = scenes.price(cast), cast.client("marketer")
    address = at(cast, "insight_topic_answer", topic.pk)
    nothing = client.post(address, {"answer": " ", "asset": ""})
    assert nothing.status_code == 422
    assert "Write what we answer." in nothing.content.decode()
    assert client.post(address, {"answer": "It pays back.", "asset": ""}).status_code == 302
    gone = {"answer": "", "asset": "", "initial-answer": "It pays back.", "initial-asset": ""}
    reply = client.post(address, gone, follow=True)
    assert "The answer is taken away: sales has none again." in reply.content.decode()
    topic.refresh_from_db()
    assert topic.answer == ""


def test_a_search_too_long_is_no_empty_program(cast: Cast) -> None:
    account = make.account(cast.program)
    client = cast.client("rep")
    client.post(at(cast, "note_new", account.pk), written(text="They like it"))
    text = client.get(at(cast, "insights"), {"q": "a" * 500}).content.decode()
    assert "No notes yet" not in text
