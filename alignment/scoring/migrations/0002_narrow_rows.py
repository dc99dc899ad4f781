from django.db import migrations

COLUMNS = [f"s{i}" for i in range(32)] + [f"w{i}" for i in range(12)]
COLUMNS += ["version_id", "mask", "icp", "validated", "held", "level"]
COLUMNS += ["fit", "engagement", "total"]
DEFAULTS = ", ".join(f"ALTER {column} SET DEFAULT 0" for column in COLUMNS)


class Migration(migrations.Migration):
    """Room on each page for the new version of a row, so that updates stay HOT."""

    dependencies = [("scoring", "0001_initial")]

    operations = [
        migrations.RunSQL(
            [
                "ALTER TABLE scoring_leadscore SET (fillfactor = 45,"
                " autovacuum_vacuum_scale_factor = 0.05)",
                f"ALTER TABLE scoring_leadscore {DEFAULTS}",
            ],
            migrations.RunSQL.noop,
        )
    ]
