"""Every program has a contact policy: new ones, and those older than the calendar."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext

from alignment.agreements.actions.drafts import save_draft, start_draft
from alignment.agreements.actions.ruling import terms_digest
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force
from alignment.core.audit_chain import broken_entries
from alignment.core.models import AuditEntry
from campaigns.policy.actions.setup import install_defaults
from campaigns.policy.defaults import DEFAULT_POLICY
from campaigns.policy.queries import policy_of
from campaigns.policy.rules import parse_policy
from tests import cast as make
from tests.cast import Cast
from tests.signing import bring_in_force

pytestmark = pytest.mark.django_db


def give_policies() -> None:
    """Run the data migration, on the historical models, for a database that has programs."""
    loader = MigrationExecutor(connection).loader
    key = ("policy", "0001_default_policy")
    (step,) = loader.graph.nodes[key].operations
    with connection.schema_editor() as editor:
        step.code(loader.project_state(key).apps, editor)


def test_a_program_starts_from_the_shipped_policy_once(cast: Cast) -> None:
    version = in_force(cast.program, Kind.POLICY)
    assert version
    assert (version.number, version.shipped, version.content) == (1, True, DEFAULT_POLICY)
    install_defaults(program=cast.program, by=cast.owner)
    assert Version.objects.in_program(cast.program).filter(kind=Kind.POLICY).count() == 1


def test_programs_from_before_get_it_and_others_keep_theirs(cast: Cast) -> None:
    old = make.program("from-before")
    ours = in_force(cast.program, Kind.POLICY)
    give_policies()
    give_policies()
    version = in_force(old, Kind.POLICY)
    assert version
    assert (version.number, version.shipped, version.content) == (1, True, DEFAULT_POLICY)
    assert version.digest == terms_digest(version)
    entries = AuditEntry.objects.filter(program_id=old.pk, action="agreement.in_force")
    assert [entry.target_id for entry in entries] == [version.pk]
    assert in_force(cast.program, Kind.POLICY) == ours
    assert broken_entries() == []


def test_what_both_sides_signed_is_planned_by(cast: Cast) -> None:
    draft = start_draft(program=cast.program, kind=Kind.POLICY, by=cast.owner)
    draft = save_draft(
        version=draft, content=DEFAULT_POLICY | {"gap_hours": 48}, note="", by=cast.owner
    )
    assert policy_of(cast.program).gap_hours == 24
    bring_in_force(draft)
    assert policy_of(cast.program).gap_hours == 48
    assert policy_of(cast.other_program).gap_hours == 24
    with CaptureQueriesContext(connection) as captured:
        policy_of(cast.program)
    assert len(captured) == 1


def test_a_program_without_one_plans_by_the_shipped_policy() -> None:
    assert policy_of(make.program("bare")) == parse_policy(DEFAULT_POLICY)
