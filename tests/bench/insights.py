"""Searching 100,000 notes as the page does: the rows, their excerpts and their tags."""

import random
import statistics
import time

from django.db import connection

from alignment.people.models import Program
from alignment.workspace.insights.rows import note_page
from campaigns.insights.queries.notes import notes_in

from .report import Report

NOTES, ACCOUNTS, ROUNDS = 100_000, 5_000, 20
# English and French words; the first is in nearly every note, the last in a few.
WORDS = 4_000
LENGTHS = (40, 150, 600)
SEARCHES = {
    "a word that most notes have": "price",
    "a word of a few notes": "word3900",
    "three words": "price security word40",
    "a phrase": '"security review"',
    "a French word without its accents": "securite",
    "a word without another": "security -price",
    "nothing": "absent",
}

_ACCOUNTS = """
    INSERT INTO accounts_account (program_id, name, name_key, city_key, website, description, city,
        zip, country, industry, state, domain, source, created_at, updated_at)
    SELECT %(program)s, 'Company ' || n, 'company ' || n, '', '', '', '', '', 'US', '', 'IL',
        'insights' || n || '.example', 'bench', now(), now()
    FROM generate_series(1, %(accounts)s) n"""
_COPY = """COPY insights_note (program_id, account_id, kind, at, text, source, created_at,
    updated_at) FROM STDIN"""


def measure(report: Report) -> None:
    started = time.perf_counter()
    program = _notes()
    report.note(f"{NOTES:,} notes in {time.perf_counter() - started:.0f} s")
    for name, text in SEARCHES.items():
        took = [_search(program, text) for _round in range(ROUNDS)]
        report.at_most(f"search: {name}, p95", sorted(took)[-2], 100, " ms")
        report.note(f"  median {statistics.median(took):.1f} ms")


def _search(program: Program, text: str) -> float:
    start = time.perf_counter()
    note_page(program, notes_in(program), text, {})
    return 1e3 * (time.perf_counter() - start)


def _notes() -> Program:
    program = Program.objects.create(slug="bench-insights", name="Insights")
    dice = random.Random(6)
    common = ["price", "pricing", "security", "security review", "sécurité", "the", "les", "budget"]
    words = [f"word{n}" for n in range(WORDS)]
    weights = [1 / (n + 1) for n in range(WORDS)]
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, {"program": program.pk, "accounts": ACCOUNTS})
        cursor.execute(
            "SELECT array_agg(id) FROM accounts_account WHERE program_id = %s", [program.pk]
        )
        (accounts,) = cursor.fetchone()
        # Updating the index row by row would take most of the time.
        cursor.execute("DROP INDEX note_search")
        with cursor.copy(_COPY) as copy:
            for number in range(NOTES):
                length = dice.choices(LENGTHS, weights=(6, 3, 1))[0]
                said = dice.choices(words, weights, k=length)
                said[:: max(length // 12, 1)] = dice.choices(
                    common, k=len(said[:: max(length // 12, 1)])
                )
                at = f"2026-{1 + number % 11:02}-{1 + number % 28:02}T{number % 24:02}:00Z"
                row = (program.pk, accounts[number % ACCOUNTS], "call", at, " ".join(said), "")
                copy.write_row((*row, at, at))
        cursor.execute("CREATE INDEX note_search ON insights_note USING gin (search)")
        cursor.execute("VACUUM ANALYZE insights_note")
    return program
