"""The same web application, but it only inserts engagements: the floor for ingest over HTTP."""

import os
from collections.abc import Sequence

from psycopg.types.json import Jsonb

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.config.settings")

from alignment.config.asgi import application as application
from alignment.core import prepared
from alignment.people.models import Program
from alignment.scoring.ingest import EngagementIn, Ingested
from alignment.workspace.api import engagements

INSERT = """
    INSERT INTO accounts_engagement (program_id, lead_id, stakeholder_id, signal_id, occurred_at,
        source, external_id, value, properties)
    SELECT %(program)s, l.id, e.person, e.signal, e.at, e.source, e.external_id, e.value, e.properties
    FROM unnest(%(people)s::bigint[], %(signals)s::bigint[], %(times)s::timestamptz[],
        %(sources)s::text[], %(ids)s::text[], %(values)s::bool[], %(properties)s::jsonb[])
        AS e(person, signal, at, source, external_id, value, properties)
    JOIN accounts_lead l ON l.stakeholder_id = e.person AND l.closed_at IS NULL
    RETURNING id"""


def insert(*, program: Program, events: Sequence[EngagementIn]) -> list[Ingested]:
    """Only insert the rows: no duplicates are detected, nothing is counted or scored."""
    rows = prepared.fetch(INSERT, columns(program.pk, events))
    return [Ingested("created", pk) for (pk,) in rows]


def columns(program_id: int, events: Sequence[EngagementIn]) -> dict[str, object]:
    return {
        "program": program_id,
        "people": [e.stakeholder_id for e in events],
        "signals": [e.signal_id for e in events],
        "times": [e.occurred_at for e in events],
        "sources": [e.source for e in events],
        "ids": [e.external_id for e in events],
        "values": [e.value for e in events],
        "properties": [Jsonb(e.properties) for e in events],
    }


setattr(engagements, "ingest", insert)  # noqa: B010 (a name that the module only imports)
