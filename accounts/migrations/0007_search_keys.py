from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations

from alignment.core.search_keys import SearchKey

# Bound to the dictionary when it is created, so that indexes are built whatever the search path is.
CREATE = """
CREATE FUNCTION search_key(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(unaccent('unaccent'::regdictionary, $1))
"""


class Migration(migrations.Migration):
    """Names are found without their accents; the extension is a trusted one, no superuser needed."""

    dependencies = [("accounts", "0006_composite_keys")]

    operations = [
        UnaccentExtension(),
        migrations.RunSQL(CREATE, "DROP FUNCTION search_key(text)"),
        migrations.RemoveIndex(model_name="account", name="account_name_trigrams"),
        migrations.RemoveIndex(model_name="stakeholder", name="person_name_trigrams"),
        migrations.AddIndex(
            model_name="account",
            index=GinIndex(
                OpClass(SearchKey("name"), name="gin_trgm_ops"), name="account_name_trigrams"
            ),
        ),
        migrations.AddIndex(
            model_name="stakeholder",
            index=GinIndex(
                OpClass(SearchKey("first_name", "last_name"), name="gin_trgm_ops"),
                name="person_name_trigrams",
            ),
        ),
    ]
