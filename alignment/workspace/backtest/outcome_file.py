"""Reads a list of outcomes and matches each row with its lead."""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.core.files import File
from django.utils import timezone

from accounts.models import EmailAddress, Lead, Stage, Stakeholder
from alignment.core.isolated_process import TooCostly, run_isolated
from alignment.imports.parsing.opening import is_small
from alignment.imports.parsing.tables import UnreadableTable
from alignment.imports.storing import storable
from alignment.people.models import Program
from alignment.scoring.backtest.running import Given, GivenOutcome

from .outcome_rows import Complaint, Listed, OutcomeRow, read_list

# What reading may cost while somebody waits; 100,000 rows of a workbook take 5 seconds.
READING_SECONDS, READING_MEGABYTES = 60, 2_048
SHOWN = 50
LOOKED_UP = 5_000


class LeadSpan(NamedTuple):
    id: int
    opened_at: datetime
    closed_at: datetime | None


def read_outcomes(*, program: Program, file: File[bytes], file_name: str) -> Given:
    """The outcomes of a CSV or XLSX file. Raises `UnreadableTable`, `NoColumn`."""
    with tempfile.NamedTemporaryFile(suffix=Path(file_name).suffix[:8]) as kept:
        for part in file.chunks():
            kept.write(part)
        kept.flush()
        read = _read(Listed(Path(kept.name), ZoneInfo(program.time_zone), timezone.now()))
    rows = [row for row in read if isinstance(row, OutcomeRow)]
    complaints = [row for row in read if isinstance(row, Complaint)]
    outcomes: list[GivenOutcome] = []
    seen: set[int] = set()
    for start in range(0, len(rows), LOOKED_UP):
        for found in _matched(program, rows[start : start + LOOKED_UP]):
            if isinstance(found, Complaint):
                complaints.append(found)
            elif found[1].lead_id in seen:
                complaints.append(Complaint(found[0].row, "twice", found[0].who))
            else:
                seen.add(found[1].lead_id)
                outcomes.append(found[1])
    complaints.sort(key=lambda complaint: complaint.row)
    left_out = [asdict(complaint) for complaint in complaints[:SHOWN]]
    name = storable(Path(file_name).name)[:255] or "list"
    return Given(name, outcomes, len(complaints), left_out)


def _read(listed: Listed) -> list[OutcomeRow | Complaint]:
    if is_small(listed.path):
        return read_list(listed)
    try:
        return run_isolated(read_list, listed, seconds=READING_SECONDS, megabytes=READING_MEGABYTES)
    except TooCostly:
        raise UnreadableTable("too_costly") from None


def _matched(
    program: Program, rows: Sequence[OutcomeRow]
) -> Iterator[tuple[OutcomeRow, GivenOutcome] | Complaint]:
    """Each row with its lead, the last one opened up to the day of the outcome. Three queries."""
    people = _people(program, rows)
    leads = _leads(program, list(people.values()))
    for row in rows:
        person = people.get(("email", row.email)) or people.get(("id", row.external_id))
        if person is None:
            yield Complaint(row.row, "unknown", row.who)
            continue
        lead = _lead_of(row, leads[person])
        if lead is None:
            yield Complaint(row.row, "no_lead", row.who)
        else:
            yield row, GivenOutcome(lead.id, row.won, row.decided_at or lead.closed_at)


def _people(program: Program, rows: Sequence[OutcomeRow]) -> dict[tuple[str, str], int]:
    addresses = EmailAddress.objects.in_program(program).filter(
        address__in={row.email for row in rows if row.email}
    )
    known = Stakeholder.objects.in_program(program).filter(
        external_id__in={row.external_id for row in rows if row.external_id}
    )
    by_id = {("id", code or ""): pk for code, pk in known.values_list("external_id", "id")}
    pairs = addresses.values_list("address", "stakeholder_id")
    return by_id | {("email", address): pk for address, pk in pairs}


def _leads(program: Program, people: Sequence[int]) -> dict[int, list[LeadSpan]]:
    """The leads of each person, the oldest first."""
    found: dict[int, list[LeadSpan]] = defaultdict(list)
    rows = Lead.objects.in_program(program).filter(stakeholder__in=people)
    fields = ("stakeholder_id", "id", "opened_at", "closed_at", "stage")
    for person, pk, opened_at, closed_at, stage in rows.order_by("opened_at", "id").values_list(
        *fields
    ):
        # The closing date of a disqualified lead is not the date of an outcome.
        decided = closed_at if stage in (Stage.WON, Stage.LOST) else None
        found[person].append(LeadSpan(pk, opened_at, decided))
    return found


def _lead_of(row: OutcomeRow, leads: Sequence[LeadSpan]) -> LeadSpan | None:
    if row.decided_at is None:
        return leads[-1] if leads else None
    open_by_then = bisect_right(leads, row.decided_at, key=lambda lead: lead.opened_at)
    return leads[open_by_then - 1] if open_by_then else None
