from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Trigrams find names as one types; the extension is a trusted one, no superuser needed."""

    dependencies = [("core", "0001_initial")]

    operations = [TrigramExtension()]
