"""Writing notes. Tags found by trackers are suggested in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.journal import write_removals
from accounts.models import Account, Removed, Stakeholder
from accounts.rules.engagements import too_early
from alignment.core.edits import demand_as_seen
from alignment.core.external_ids import demand_free_id
from alignment.core.figures import whole
from alignment.people.models import Membership, User
from alignment.people.queries import why_not

from ..models import LONGEST_NOTE, THEIR_WORDS, Note, NotePerson, Tag
from ..queries.notes import may_remove, stage_at
from ..rules.texts import cleaned
from .recording import AHEAD, record_note_change
from .suggesting import follow_text
from .tags import close_gaps, lock_topics

KNOWN_BY = ("source", "external_id")
WRITTEN = ("account", "opportunity", "touch", "lead", "kind", "at", "who", "text", *KNOWN_BY)
MOST_PEOPLE = 50


@transaction.atomic
def write_note(
    *,
    account: Account,
    by: User | None,
    people: Collection[int] | None = None,
    source: str = "",
    external_id: str | None = None,
    **said: Any,
) -> Note:
    """Write a note. `said` are fields of `WRITTEN`; `people` are ids of stakeholders of the
    account. If a note with the same `source` and `external_id` exists, what is given of it is
    changed, unless nothing differs. In a new one `at` defaults to now, and `who` (of us had the
    conversation) to the writer. Raises `ValidationError` by field.
    """
    said |= {"account": account}
    source = source.strip()
    if external_id:
        known = _known(account, source, external_id)
        if known is not None:
            return change_note(note=known, by=by, people=people, **said)
    note = Note(program_id=account.program_id, source=source, external_id=external_id or None)
    _set(note, {"at": timezone.now(), "who": _writer(account.program_id, by)} | said)
    try:
        with transaction.atomic():
            note.save()
    except IntegrityError:
        # Another request wrote it since the lookup.
        known = _known(account, source, external_id or "")
        if known is None:
            raise
        return change_note(note=known, by=by, people=people, **said)
    _set_people(note, people or ())
    follow_text(note)
    record_note_change(note, "write", by, kind=note.kind)
    return note


@transaction.atomic
def change_note(
    *,
    note: Note,
    by: User | None,
    people: Collection[int] | None = None,
    seen: Mapping[str, Any] | None = None,
    **said: Any,
) -> Note:
    """Change the fields in `said`, a subset of `WRITTEN`, and the people who were there. Accepted
    tags move along with their passage. Raises `ValidationError` by field.

    `seen` is what the form showed: raises `Overwritten` if the stored values differ from it.
    """
    row = Note.objects.in_program(note.program_id).select_for_update(of=("self",)).get(pk=note.pk)
    if seen:
        demand_as_seen(seen, _stored(row), said | {"people": sorted(people or ())})
    changed = _set(row, said)
    if set(changed) & set(KNOWN_BY):
        demand_free_id(row, {"external_id": row.external_id}, source=row.source)
    if people is not None and _set_people(row, people):
        changed.append("people")
    if changed:
        row.save()
    if "kind" in changed:
        _leave_no_words_of_theirs(row)
    if {"text", "kind"} & set(changed):
        follow_text(row)
    if changed:
        record_note_change(row, "change", by, fields=changed)
    return row


@transaction.atomic
def remove_note(*, note: Note, by: User | None) -> None:
    """Remove a note with its tags, which no longer count. Raises `PermissionDenied` for a note of
    somebody else, unless `by` is a manager or owner.
    """
    if by is not None and not may_remove(note, by):
        raise PermissionDenied(_("A note is removed by its author, or by a manager."))
    topics = set(note.tags.exclude(topic=None).values_list("topic", flat=True))
    program_id = note.program_id
    lock_topics(program_id, topics)
    record_note_change(note, "remove", by, kind=note.kind, at=note.at.isoformat())
    write_removals(
        program_id=program_id,
        what=Removed.NOTE,
        ids=[note.pk],
        account_id=note.account_id,
        by=by,
    )
    note.delete()
    close_gaps(program_id, topics)


def _stored(note: Note) -> dict[str, Any]:
    links = NotePerson.objects.in_program(note.program_id).filter(note=note)
    people = sorted(links.values_list("stakeholder", flat=True))
    return {name: getattr(note, name) for name in WRITTEN} | {"people": people}


def _leave_no_words_of_theirs(note: Note) -> None:
    """A note may only become an internal one if none of its passages is counted as the customer's
    words.
    """
    if note.kind in THEIR_WORDS:
        return
    if note.tags.filter(state=Tag.State.ACCEPTED).exists():
        raise ValidationError({"kind": _("Passages of it count as theirs: take them back first.")})
    note.tags.all().delete()


def _known(account: Account, source: str, external_id: str) -> Note | None:
    rows = Note.objects.in_program(account.program_id)
    return rows.filter(source=source, external_id=external_id).first()


def _writer(program_id: int, by: User | None) -> User | None:
    """The writer, if they are a member of the program."""
    members = Membership.objects.in_program(program_id)
    return by if by is not None and members.filter(user=by).exists() else None


def _set(note: Note, said: dict[str, Any]) -> list[str]:
    """Set the fields; returns the names of those that changed."""
    changed = []
    for name in WRITTEN:
        if name not in said:
            continue
        value = cleaned(said[name]) if name == "text" else said[name]
        if getattr(note, name, None) != value:
            setattr(note, name, value)
            changed.append(name)
    _demand_sense(note, has_other_who="who" in changed)
    if "opportunity" in changed or "at" in changed:
        note.stage_id = stage_at(note.opportunity, note.at)
    return changed


def _demand_sense(note: Note, *, has_other_who: bool) -> None:
    errors: dict[str, Any] = {}
    try:
        note.clean_fields(exclude=["program", "account", "opportunity", "touch", "lead", "who"])
    except ValidationError as refused:
        errors |= refused.error_dict
    if len(note.text) > LONGEST_NOTE:
        errors["text"] = _("A note has at most %(most)s characters.") % {
            "most": whole(LONGEST_NOTE)
        }
    for name in ("opportunity", "touch", "lead"):
        row = getattr(note, name)
        if row is not None and (row.program_id, row.account_id) != (
            note.program_id,
            note.account_id,
        ):
            errors[name] = _("This is of another account.")
    if note.at and note.at > timezone.now() + AHEAD:
        errors["at"] = _("Give a moment that has been.")
    elif note.at and too_early(note.at):
        errors["at"] = _("Give a day of this century.")
    if note.external_id and not note.source:
        errors["source"] = _("Name the tool that the external id is of.")
    if has_other_who and (no := why_not(note.program_id, note.who_id)):
        errors["who"] = no
    if errors:
        raise ValidationError(errors)


def _set_people(note: Note, people: Collection[int]) -> bool:
    """Set the people who were there; returns whether that changed anything."""
    wanted = set(people)
    links = NotePerson.objects.in_program(note.program_id).filter(note=note)
    known = set(links.values_list("stakeholder", flat=True))
    if wanted == known:
        return False
    rows = Stakeholder.objects.in_program(note.program_id).filter(
        pk__in=wanted - known, account=note.account_id
    )
    found = set(rows.values_list("pk", flat=True))
    if found != wanted - known or len(wanted) > MOST_PEOPLE:
        raise ValidationError({"people": _("There is no such person at this account.")})
    links.filter(stakeholder__in=known - wanted).delete()
    NotePerson.objects.bulk_create(
        NotePerson(program_id=note.program_id, note=note, stakeholder_id=pk) for pk in sorted(found)
    )
    return True
