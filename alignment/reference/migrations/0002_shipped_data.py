"""Fill the tables, so that every database, a test's too, knows industries and places."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from alignment.reference.loading import load_reference


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A later change of these tables must move this step behind itself."""
    load_reference(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("reference", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
