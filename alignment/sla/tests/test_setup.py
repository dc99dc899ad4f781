"""Every program has a contract: new ones, and those older than the SLA."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from alignment.agreements.actions.ruling import terms_digest
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force
from alignment.core.audit_chain import broken_entries
from alignment.core.models import AuditEntry
from alignment.sla.actions.setup import install_defaults
from alignment.sla.defaults import DEFAULT_CONTRACT
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def give_contracts() -> None:
    """Run the data migration on a database that has programs, with the models of that migration."""
    loader = MigrationExecutor(connection).loader
    (key,) = [key for key in loader.graph.nodes if key[1].endswith("_default_contract")]
    (step,) = loader.graph.nodes[key].operations
    with connection.schema_editor() as editor:
        step.code(loader.project_state(key).apps, editor)


def test_a_program_starts_from_the_shipped_contract_once(cast: Cast) -> None:
    version = in_force(cast.program, Kind.SLA)
    assert version
    assert (version.number, version.shipped, version.content) == (1, True, DEFAULT_CONTRACT)
    install_defaults(program=cast.program, by=cast.owner)
    assert Version.objects.in_program(cast.program).filter(kind=Kind.SLA).count() == 1


def test_programs_from_before_get_it_and_others_keep_theirs(cast: Cast) -> None:
    old = make.program("from-before")
    ours = in_force(cast.program, Kind.SLA)
    give_contracts()
    give_contracts()
    version = in_force(old, Kind.SLA)
    assert version
    assert (version.number, version.shipped, version.content) == (1, True, DEFAULT_CONTRACT)
    assert version.digest == terms_digest(version)
    entries = AuditEntry.objects.filter(program_id=old.pk, action="agreement.in_force")
    assert [entry.target_id for entry in entries] == [version.pk]
    assert in_force(cast.program, Kind.SLA) == ours
    assert broken_entries() == []
