"""The minutes of a workshop, as Markdown and as PDF, from the same words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alignment.core import pdf
from alignment.core.figures import whole
from alignment.people.models import Side

from ..models import Topic, Workshop
from ..poster import day
from ..queries_counts import Split
from ..queries_pages import Answers
from ..rules.markdown import plain
from ..words import in_words, weight_title
from .queries import criterion_of, topic_title, topics_of

TEMPLATE = Path(__file__).parent.parent / "typst" / "minutes.typ"


@dataclass(frozen=True, slots=True)
class SideSaid:
    side: str
    name: str
    author: str
    says: str
    reason: str
    data: list[str]


@dataclass(frozen=True, slots=True)
class TopicSaid:
    title: str
    before: str
    outcome: str
    note: str
    by: str
    sides: list[SideSaid]


@dataclass(frozen=True, slots=True)
class Minutes:
    title: str
    program: str
    facts: list[tuple[str, str]]
    topics: list[TopicSaid]


def minutes_of(workshop: Workshop) -> Minutes:
    """Everything proposed and settled so far, in words."""
    topics = topics_of(workshop)
    rows = [row for topic in topics for row in _rows(topic)]
    words = in_words(criterion_of(row) for row in rows)
    said = {
        id(row): _proposal_line(row, w.title, w.wanted) for row, w in zip(rows, words, strict=True)
    }
    return Minutes(
        title=workshop.title,
        program=workshop.program.name,
        facts=_facts(workshop, topics),
        topics=[_topic(topic, said) for topic in topics],
    )


def _rows(topic: Topic) -> list[dict[str, Any]]:
    rows = [topic.before, *(p.criterion for p in topic.proposals.all()), topic.decision]
    return [row for row in rows if row]


def _proposal_line(row: dict[str, Any], title: str, wanted: str) -> str:
    return f"{title} {wanted} · {weight_title(row['weight'])}"


def _facts(workshop: Workshop, topics: list[Topic]) -> list[tuple[str, str]]:
    people = {str(p.author) for t in topics for p in t.proposals.all() if p.author}
    people |= {str(t.decided_by) for t in topics if t.decided_by}
    minutes = workshop.clock.elapsed(timezone.now()) // 60
    agreed = sum(topic.state == Topic.State.AGREED for topic in topics)
    facts = [
        (_("Program"), workshop.program.name),
        (_("Date"), day(workshop.opened_at)),
        (_("Took part"), ", ".join(sorted(people)) or "–"),
        (
            _("Time"),
            _("%(spent)d of %(planned)d minutes")
            % {"spent": minutes, "planned": workshop.planned_minutes},
        ),
        (_("Agreed"), _("%(agreed)d of %(all)d") % {"agreed": agreed, "all": len(topics)}),
    ]
    if workshop.draft:
        number = {"number": workshop.draft.number}
        facts.append((_("Came of it"), _("Draft of version %(number)d") % number))
    return facts


def _topic(topic: Topic, said: dict[int, str]) -> TopicSaid:
    outcome = str(topic.get_state_display())
    if topic.decision:
        outcome = _("Agreed: %(what)s") % {"what": said[id(topic.decision)]}
    before = _("Until now: %(what)s") % {"what": said[id(topic.before)]} if topic.before else ""
    sides = [
        SideSaid(
            side=p.side,
            name=str(Side(p.side).label),
            author=str(p.author or ""),
            says=said[id(p.criterion)],
            reason=str(p.criterion.get("reason", "")),
            data=_data(topic, p.side),
        )
        for p in sorted(topic.proposals.all(), key=lambda p: p.side)
    ]
    by = str(topic.decided_by) if topic.decided_by else ""
    return TopicSaid(topic_title(topic), before, outcome, topic.note, by, sides)


def _data(topic: Topic, side: str) -> list[str]:
    kept = (topic.evidence or {}).get(side)
    if not kept:
        return []
    split = Split.of_numbers(kept)
    lines = [_counted(_("Accounts: %(numbers)s"), split.all)]
    if split.won.total:
        lines.append(_counted(_("Once won: %(numbers)s"), split.won))
    if split.lost.total:
        lines.append(_counted(_("Once lost: %(numbers)s"), split.lost))
    return lines


def _counted(words: str, answers: Answers) -> str:
    numbers = _("%(yes)s pass, %(no)s fail, %(unknown)s unknown") % {
        "yes": whole(answers.yes),
        "no": whole(answers.no),
        "unknown": whole(answers.unknown),
    }
    return words % {"numbers": numbers}


def as_markdown(minutes: Minutes) -> str:
    """User text in it is escaped, so it appears as written."""
    return "\n".join(_lines(minutes)) + "\n"


def _lines(minutes: Minutes) -> Iterator[str]:
    yield f"# {plain(minutes.title)}"
    yield ""
    for name, value in minutes.facts:
        yield f"- **{plain(name)}** {plain(value)}"
    for topic in minutes.topics:
        yield from ("", f"## {plain(topic.title)}", "")
        if topic.before:
            yield from (plain(topic.before), "")
        for side in topic.sides:
            author = f" ({plain(side.author)})" if side.author else ""
            yield f"- **{plain(side.name)}**{author} {plain(side.says)}"
            if side.reason:
                yield f"  - {plain(side.reason)}"
            for line in side.data:
                yield f"  - {plain(line)}"
        by = f" ({plain(topic.by)})" if topic.by else ""
        note = f" {plain(topic.note)}" if topic.note else ""
        yield from ("", f"**{plain(topic.outcome)}**{note}{by}")


def as_pdf(minutes: Minutes) -> bytes:
    """On US Letter, because American teams print them."""
    data = asdict(minutes)
    return pdf.render(TEMPLATE, {**data, "language": get_language() or "en", "paper": "us-letter"})
