import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calendar", "0013_unnamed_are_not_the_same"),
        ("people", "0005_leads_a_week"),
    ]

    operations = [
        migrations.AlterField(
            model_name="occurrence",
            name="program",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to="people.program",
                verbose_name="program",
            ),
        ),
        migrations.AlterField(
            model_name="occurrence",
            name="touch",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="occurrences",
                to="calendar.touch",
            ),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(
                condition=models.Q(("touch__isnull", False)),
                fields=["touch"],
                name="occurrence_of_touch",
            ),
        ),
    ]
