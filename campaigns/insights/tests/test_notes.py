"""Writing notes, marking passages, and what counts."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Lead
from alignment.core.models import AuditEntry
from alignment.notifications.models import Notice
from campaigns.insights.actions.notes import change_note, remove_note, write_note
from campaigns.insights.actions.tags import accept, dismiss, mark
from campaigns.insights.actions.topics import (
    add_topic,
    answer_topic,
    change_topic,
    retire_topic,
)
from campaigns.insights.models import LONGEST_NOTE, InsightTopic, Note, NotePerson, Tag
from campaigns.insights.queries.notes import excerpts, having, notes_in, pieces
from campaigns.insights.queries.topics import gaps, open_objections
from campaigns.opportunities.actions.moving import move
from campaigns.opportunities.models import PipelineStage
from tests import cast as make
from tests.cast import Cast
from tests.threads import beside, until_somebody_waits

from . import scenes

pytestmark = pytest.mark.django_db


def audits(cast: Cast) -> int:
    return AuditEntry.objects.filter(program_id=cast.program.pk).count()


def told(cast: Cast, who: str) -> list[str]:
    rows = Notice.objects.in_program(cast.program).filter(user=getattr(cast, who), kind="gap")
    return list(rows.order_by("id").values_list("title", flat=True))


def search(cast: Cast, text: str) -> list[Note]:
    return list(having(notes_in(cast.program), text).order_by("pk"))


def test_a_tracker_suggests_and_nothing_counts_before_somebody_accepts(cast: Cast) -> None:
    topic, deal = scenes.price(cast), scenes.deal(cast)
    note = scenes.note(cast, opportunity=deal)
    (tag,) = scenes.tags(note)
    assert (tag.quote, tag.state) == ("Your price is too high for us.", "suggested")
    assert note.text[tag.start : tag.end] == tag.quote
    assert (gaps(cast.program), open_objections([deal.pk])) == ([], {})
    accept(tag=tag, by=cast.rep)
    gap: Any
    (gap,) = gaps(cast.program)
    assert (gap, gap.heard) == (topic, 1)
    assert [each.topic for each in open_objections([deal.pk])[deal.pk]] == [topic.name]
    dismiss(tag=tag, by=cast.rep)
    assert (gaps(cast.program), open_objections([deal.pk])) == ([], {})


def test_marketing_is_told_of_a_gap_once_and_sales_of_its_answer(cast: Cast) -> None:
    topic, deal = scenes.price(cast), scenes.deal(cast)
    for _number in range(2):
        scenes.raised(cast, topic, opportunity=deal)
    assert told(cast, "marketer") == ["Objection without an answer: Price"]
    assert told(cast, "rep") == []
    answer_topic(topic=topic, by=cast.marketer, answer="It pays back within a year.")
    assert told(cast, "rep") == ["An answer to the objection: Price"]
    assert open_objections([deal.pk]) == {}
    answer_topic(topic=topic, by=cast.marketer, answer=" ")
    assert told(cast, "marketer") == ["Objection without an answer: Price"] * 2
    assert [each.topic for each in open_objections([deal.pk])[deal.pk]] == [topic.name]


def test_the_owner_of_the_deal_hears_of_an_answer_and_who_wrote_it_does_not(cast: Cast) -> None:
    topic = scenes.price(cast)
    deal = scenes.deal(cast, owner=cast.sales_manager)
    scenes.raised(cast, topic, opportunity=deal)
    scenes.raised(cast, topic, opportunity=deal, who=None)
    answer_topic(topic=topic, by=cast.sales_manager, answer="It pays back within a year.")
    assert told(cast, "rep") == ["An answer to the objection: Price"]
    assert "An answer to the objection: Price" not in told(cast, "sales_manager")
    answer_topic(topic=topic, by=cast.marketer, answer="It pays back within six months.")
    assert told(cast, "sales_manager") == ["An answer to the objection: Price"]


def test_a_note_is_of_whoever_writes_it_unless_it_says_otherwise(cast: Cast) -> None:
    account = make.account(cast.program)
    said: dict[str, Any] = {"kind": "call", "text": "Hi.", "source": "crm", "external_id": "1"}
    mine = write_note(account=account, by=cast.rep, **said)
    assert mine.who == cast.rep
    change_note(note=mine, by=cast.owner, who=cast.sales_manager)
    assert write_note(account=account, by=cast.rep, **said).who == cast.sales_manager
    assert write_note(account=account, by=cast.rep, kind="call", text="Hi.", who=None).who is None
    assert write_note(account=account, by=cast.stranger, kind="call", text="Hi.").who is None


def test_the_same_note_of_a_recorder_is_one_note(cast: Cast) -> None:
    scenes.price(cast)
    account = make.account(cast.program)
    at = timezone.now() - timedelta(days=1)
    said: dict[str, Any] = {"kind": "transcript", "source": "recorder", "external_id": "c1"}
    said |= {"text": scenes.SAID, "at": at}
    first = write_note(account=account, by=None, **said)
    before = audits(cast)
    assert write_note(account=account, by=None, **said) == first
    assert audits(cast) == before
    write_note(account=account, by=None, **(said | {"text": "Nothing of interest."}))
    assert scenes.tags(first) == []
    assert audits(cast) == before + 1
    with pytest.raises(ValidationError) as refused:
        write_note(account=account, by=None, **(said | {"source": " "}))
    assert list(refused.value.message_dict) == ["source"]


def test_a_recorder_that_says_no_time_moves_no_note(cast: Cast) -> None:
    said: dict[str, Any] = {"account": make.account(cast.program), "kind": "call"}
    said |= {"text": scenes.SAID, "source": "recorder", "external_id": "c1"}
    first = write_note(by=cast.rep, **said)
    before = audits(cast)
    again = write_note(by=cast.rep, **said)
    assert (again.pk, again.at, audits(cast)) == (first.pk, first.at, before)


def test_accepted_tags_follow_their_passage_and_survive_its_end(cast: Cast) -> None:
    topic = scenes.price(cast)
    note = scenes.raised(cast, topic)
    change_note(note=note, by=cast.rep, text=f"Added before. {scenes.SAID}")
    note.refresh_from_db()
    (tag,) = scenes.tags(note)
    assert note.text[tag.start : tag.end] == tag.quote
    change_note(note=note, by=cast.rep, text="All new, and the price again.")
    (tag,) = scenes.tags(note)
    assert (tag.start, tag.end, tag.state) == (None, None, "accepted")


def test_a_note_knows_where_the_deal_stood(cast: Cast) -> None:
    now = timezone.now()
    deal = scenes.deal(cast, opened_at=now - timedelta(days=20))
    stages = PipelineStage.objects.in_program(cast.program)
    demo = stages.get(name="Demo")
    move(opportunity=deal, stage=demo, by=cast.rep, at=now - timedelta(days=5))
    deal.refresh_from_db()
    early = scenes.note(cast, opportunity=deal, at=now - timedelta(days=10))
    assert early.stage_id == stages.get(name="Discovery").pk
    assert scenes.note(cast, opportunity=deal).stage_id == demo.pk
    before = scenes.note(cast, opportunity=deal, at=now - timedelta(days=90))
    assert before.stage_id == early.stage_id


def test_what_makes_no_sense_is_refused(cast: Cast) -> None:
    account, elsewhere = make.account(cast.program), scenes.deal(cast)
    theirs = make.stakeholder(cast.program, elsewhere.account)
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("text", {"text": " \x00 "}),
        ("text", {"text": "a " * 100_001}),
        ("kind", {"kind": "rumour"}),
        ("at", {"at": timezone.now() + timedelta(hours=1)}),
        ("opportunity", {"opportunity": elsewhere}),
        ("who", {"who": cast.stranger}),
        ("people", {"people": [theirs.pk]}),
    ]
    for name, said in wrong:
        with pytest.raises(ValidationError) as refused:
            write_note(account=account, by=cast.rep, **({"kind": "call", "text": "x"} | said))
        assert list(refused.value.message_dict) == [name]


def test_a_note_of_the_most_different_words_can_be_searched(cast: Cast) -> None:
    letters = [chr(0x20000 + n) for n in range(270)]
    text = " ".join(a + b for a in letters for b in letters)[:LONGEST_NOTE]
    note = scenes.note(cast, text=text)
    assert search(cast, letters[5] + letters[7]) == [note]


def test_the_database_holds_no_longer_note(cast: Cast) -> None:
    note = scenes.note(cast, text="a" * LONGEST_NOTE)
    rows = Note.objects.in_program(cast.program).filter(pk=note.pk)
    with pytest.raises(IntegrityError, match="a_note_has_an_end"), transaction.atomic():
        rows.update(text="a" * (LONGEST_NOTE + 1))


def test_nothing_in_our_own_note_counts_as_theirs(cast: Cast) -> None:
    topic = scenes.price(cast)
    ours = scenes.note(cast, kind="internal")
    assert not ours.tags.exists()
    with pytest.raises(ValidationError) as refused:
        mark(note=ours, by=cast.rep, quote="price is too high", topic=topic)
    assert list(refused.value.message_dict) == ["quote"]
    theirs = scenes.note(cast)
    tag = accept(tag=theirs.tags.get(), by=cast.rep)
    with pytest.raises(ValidationError) as refused:
        change_note(note=theirs, by=cast.rep, kind="internal")
    assert list(refused.value.message_dict) == ["kind"]
    dismiss(tag=tag, by=cast.rep)
    assert not change_note(note=theirs, by=cast.rep, kind="internal").tags.exists()
    assert change_note(note=theirs, by=cast.rep, kind="call").tags.get().state == "suggested"


def test_people_of_theirs_are_kept(cast: Cast) -> None:
    account = make.account(cast.program)
    one, two = (make.stakeholder(cast.program, account) for _number in range(2))
    note = scenes.note(cast, account=account, people=[one.pk])
    change_note(note=note, by=cast.rep, people=[two.pk])
    rows = NotePerson.objects.in_program(cast.program).filter(note=note)
    assert [row.stakeholder_id for row in rows] == [two.pk]


def test_search_knows_forms_of_words_in_both_languages(cast: Cast) -> None:
    english = scenes.note(cast, text="Their pricing worries the buyers.")
    french = scenes.note(cast, text="La sécurité des données les inquiète.")
    scenes.note(cast, text="Nothing here.")
    assert search(cast, "price") == [english]
    assert search(cast, "securite donnee") == [french]
    assert search(cast, '"worries the buyers"') == [english]
    assert search(cast, "pricing -buyer") == []
    assert len(search(cast, "")) == 3
    assert search(cast, '-"worries the buyers" -nothing') == [french]
    for hostile in ("' & | !(", '"', "a\x00b", "-", ":*", "\\"):
        search(cast, hostile)


def test_few_notes_and_many_are_found_alike(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [scenes.note(cast, text=f"Their price, number {number}.") for number in range(4)]
    scenes.note(cast, text="Nothing here.")
    for few in (1, 3, 4, 200):
        monkeypatch.setattr("campaigns.insights.queries.notes.FEW", few)
        assert sorted(note.pk for note in search(cast, "price")) == [note.pk for note in wanted]
        assert search(cast, "absent") == []


def test_excerpts_mark_what_was_found_and_nothing_else(cast: Cast) -> None:
    note = scenes.note(cast, text='Say & ask: the price < 3 is "ours".')
    found = excerpts(cast.program, [note.pk], "price")[note.pk]
    assert ("price", True) in found
    assert "".join(text for text, _hit in found) in note.text
    assert pieces("a\x02b\x03c") == [("a", False), ("b", True), ("c", False)]
    assert pieces("\x02b") == [("b", False)]


def test_words_in_angles_are_found(cast: Cast) -> None:
    note = scenes.note(cast, text="They wrote <procurement> and <legal review> beside it.")
    for text in ("procurement", "legal", '"legal review"', "<legal>"):
        assert search(cast, text) == [note], text


def test_an_excerpt_leaves_no_tag_out(cast: Cast) -> None:
    text = "They typed <script>alert(1)</script> about the <b>price</b> & left"
    note = scenes.note(cast, text=text)
    found = excerpts(cast.program, [note.pk], "price")[note.pk]
    assert "".join(piece for piece, _hit in found) == text
    assert ("price", True) in found


@pytest.mark.parametrize("place", [29_990, 31_000, 150_000])
def test_an_excerpt_shows_what_was_found_however_far_in(cast: Cast, place: int) -> None:
    before, after = "Nothing of it. " * (place // 15), " And more." * 100
    text = f"{before}Their security team must approve it.{after} Budget."
    note = scenes.note(cast, text=text)
    for asked in ("security", '"security team"', "security budget"):
        found = excerpts(cast.program, [note.pk], asked)[note.pk]
        assert ("security", True) in found, asked


def test_a_passage_is_marked_by_hand(cast: Cast) -> None:
    topic, note = scenes.price(cast, phrases=[]), scenes.note(cast)
    tag = mark(note=note, by=cast.rep, quote="price is\ntoo high", topic=topic)
    assert (tag.state, tag.kind, tag.quote) == ("accepted", "objection", "price is too high")
    assert mark(note=note, by=cast.rep, quote="price is too high", topic=topic) == tag
    step = mark(note=note, by=cast.rep, quote="Good call.", kind="next_step")
    assert step.topic is None
    wrong: list[dict[str, Any]] = [{"quote": "never said", "topic": topic}]
    for said in [*wrong, {"quote": "call", "kind": "pain"}]:
        with pytest.raises(ValidationError):
            mark(note=note, by=cast.rep, **said)
    assert [gap.pk for gap in gaps(cast.program)] == [topic.pk]


def test_a_passage_is_marked_where_it_stands_by_now(cast: Cast) -> None:
    shown = scenes.note(cast, "The price is high.")
    changed = change_note(note=shown, by=cast.rep, text="We talked. The price is high.")
    tag = mark(note=shown, by=cast.rep, quote="price is high", kind="next_step")
    assert changed.text[tag.start : tag.end] == "price is high"
    other = scenes.note(cast, "Nothing yet.")
    change_note(note=other, by=cast.rep, kind="internal")
    with pytest.raises(ValidationError, match="our own note"):
        mark(note=other, by=cast.rep, quote="Nothing", kind="next_step")


def test_more_tags_follow_a_text_with_no_more_statements(cast: Cast) -> None:
    def statements(tags: int) -> int:
        note = scenes.note(cast, "one two three four")
        for word in note.text.split()[:tags]:
            mark(note=note, by=cast.rep, quote=word, kind="next_step")
        with CaptureQueriesContext(connection) as made:
            change_note(note=note, by=cast.rep, text=f"Said: {note.text}")
        return len(made)

    assert statements(1) == statements(3)


def test_a_passage_that_is_too_long_is_not_looked_for(cast: Cast) -> None:
    """The search would compare each of its words with each word of the note, which took minutes."""
    note = scenes.note(cast, "a " * (LONGEST_NOTE // 2 - 1) + "b")
    start = time.process_time()
    with pytest.raises(ValidationError, match="at most 600"):
        mark(note=note, by=cast.rep, quote="a " * 90_000 + "c", kind="next_step")
    assert time.process_time() - start < 20


def test_new_words_of_a_tracker_are_looked_for_at_once(cast: Cast) -> None:
    note = scenes.note(cast)
    topic = scenes.price(cast, name="Rivals", kind="competitor", phrases=[])
    assert scenes.tags(note) == []
    change_topic(topic=topic, by=cast.marketer, phrases=["ACME", " acmé ", "Globex"])
    topic.refresh_from_db()
    assert topic.phrases == ["ACME", "Globex"]
    (tag,) = scenes.tags(note)
    dismiss(tag=tag, by=cast.rep)
    change_topic(topic=topic, by=cast.marketer, phrases=["acme"])
    assert [tag.state for tag in scenes.tags(note)] == ["dismissed"]
    other = scenes.note(cast)
    assert len(scenes.tags(other)) == 1
    retire_topic(topic=topic, is_retired=True, by=cast.marketer)
    assert scenes.tags(other) == []


def test_topics_have_one_name_a_kind_and_sensible_words(cast: Cast) -> None:
    scenes.price(cast)
    scenes.price(cast, kind="pain")
    refused_words: list[dict[str, Any]] = [
        {"name": "PRICE "},
        {"name": " "},
        {"name": "New", "phrases": ["..."]},
    ]
    refused_words.append({"name": "New", "phrases": [f"w{n}" for n in range(51)]})
    for said in refused_words:
        with pytest.raises(ValidationError):
            scenes.price(cast, **said)
    with pytest.raises(ValidationError):
        add_topic(program=cast.program, by=None, kind="mood", name="Bad")


def test_the_last_note_that_goes_closes_the_gap(cast: Cast) -> None:
    topic = scenes.price(cast)
    note = scenes.raised(cast, topic)
    assert len(gaps(cast.program)) == 1
    remove_note(note=note, by=cast.rep)
    topic.refresh_from_db()
    assert topic.gap_since is None


@pytest.mark.django_db(transaction=True)
def test_a_gap_that_is_raised_while_a_note_is_removed_stays(cast: Cast) -> None:
    topic = scenes.price(cast)
    first, second = scenes.raised(cast, topic), scenes.note(cast)
    (suggested,) = scenes.tags(second, topic=topic)
    with transaction.atomic():
        accept(tag=suggested, by=cast.rep)
        work = beside(lambda: remove_note(note=first, by=cast.owner))
        until_somebody_waits(unless=work)
    assert work.end() == []
    topic.refresh_from_db()
    assert topic.gap_since is not None


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_kinds_and_programs_together(cast: Cast) -> None:
    topic, note = scenes.price(cast), scenes.note(cast)
    hers = make.lead(cast.other_program)
    rows = Tag.objects.in_program(cast.program).filter(note=note)
    with pytest.raises(IntegrityError, match="tag_is_of_its_topics_kind"), transaction.atomic():
        rows.update(kind="pain")
    notes = Note.objects.in_program(cast.program).filter(pk=note.pk)
    with pytest.raises(IntegrityError, match="same_program"), transaction.atomic():
        notes.update(lead=Lead.objects.in_program(cast.other_program).get(pk=hers.pk))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'note_search'")
        assert cursor.fetchone() == (1,)
    assert InsightTopic.objects.in_program(cast.program).get() == topic
