"""What stands in <angles> is words too: the parser of PostgreSQL takes it for a tag and drops it."""

from django.db import migrations

WORDS = "translate($1, '<>', '  ')"


def functions(text: str) -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION insight_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT"
        f" PARALLEL SAFE RETURN to_tsvector('insight_english'::regconfig, {text})"
        f" || to_tsvector('insight_french'::regconfig, {text})",
        "CREATE OR REPLACE FUNCTION insight_query(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT"
        f" PARALLEL SAFE RETURN websearch_to_tsquery('insight_english'::regconfig, {text})"
        f" || websearch_to_tsquery('insight_french'::regconfig, {text})",
    ]


# What is stored was made by the function as it was.
ANEW = [
    "ALTER TABLE insights_note DROP COLUMN search",
    "ALTER TABLE insights_note ADD COLUMN search tsvector"
    " GENERATED ALWAYS AS (insight_words(text)) STORED",
    "CREATE INDEX note_search ON insights_note USING gin (search)",
]


class Migration(migrations.Migration):
    dependencies = [("insights", "0006_merged_topics")]

    operations = [
        migrations.RunSQL([*functions(WORDS), *ANEW], [*functions("$1"), *ANEW]),
    ]
