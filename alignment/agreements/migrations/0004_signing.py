import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from alignment.agreements.rules import digest
from alignment.core.constraints import same_program

SIGNED_BY_THE_KEY = """
ALTER TABLE agreements_signature ADD CONSTRAINT agreements_signature_of_this_content
    FOREIGN KEY (version_id, digest) REFERENCES agreements_version (id, digest)
    DEFERRABLE INITIALLY DEFERRED
"""

LIFE = """
CREATE OR REPLACE FUNCTION agreements_freeze() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step text := OLD.state || ' ' || NEW.state;
BEGIN
    IF OLD.state <> 'draft' AND (NEW.content, NEW.kind, NEW.number, NEW.program_id)
        IS DISTINCT FROM (OLD.content, OLD.kind, OLD.number, OLD.program_id) THEN
        RAISE EXCEPTION 'version % is frozen', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'draft' AND NEW.state <> 'draft'
        AND (NEW.digest, NEW.counts_from, NEW.hands_over)
        IS DISTINCT FROM (OLD.digest, OLD.counts_from, OLD.hands_over) THEN
        RAISE EXCEPTION 'version % is frozen', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND step NOT IN ('draft proposed', 'proposed draft',
        'proposed in_force', 'in_force retired')
        AND NOT (step = 'draft in_force' AND NEW.shipped) THEN
        RAISE EXCEPTION 'version % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF step = 'proposed in_force' AND (
        SELECT count(DISTINCT side) FROM agreements_signature
        WHERE version_id = NEW.id AND digest = NEW.digest) < 2 THEN
        RAISE EXCEPTION 'version % lacks the signature of a side', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION agreements_signature_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Looked at when the transaction ends: with its program a signature may go.
    IF TG_OP = 'UPDATE' OR EXISTS (
        SELECT FROM agreements_version v JOIN people_program p ON p.id = v.program_id
        WHERE v.id = OLD.version_id AND v.state IN ('in_force', 'retired')
            AND v.digest = OLD.digest AND NOT EXISTS (
                SELECT FROM agreements_signature s WHERE s.version_id = OLD.version_id
                    AND s.user_id = OLD.user_id AND s.digest = OLD.digest)) THEN
        RAISE EXCEPTION 'signature % stays as it is', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER agreements_signature_kept AFTER UPDATE OR DELETE ON agreements_signature
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION agreements_signature_stays();
"""
NO_LIFE = """
DROP TRIGGER agreements_signature_kept ON agreements_signature;
DROP FUNCTION agreements_signature_stays();
"""


def hash_what_left_draft(apps, schema_editor):
    """Versions from before signatures: the first was shipped, the others ruled without any."""
    Version = apps.get_model("agreements", "Version")
    for version in Version.objects.exclude(state="draft").iterator():
        terms = {"counts_from": None, "hands_over": False}
        Version.objects.filter(pk=version.pk).update(
            digest=digest(version.kind, version.content, **terms), shipped=version.number == 1
        )


class Migration(migrations.Migration):
    """Both sides sign; the database holds the life of a version."""

    dependencies = [
        ("agreements", "0003_program_leads_every_index"),
        ("people", "0003_program_leads_every_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clause", models.CharField(blank=True, max_length=80, verbose_name="clause")),
                (
                    "side",
                    models.CharField(
                        blank=True,
                        choices=[("marketing", "Marketing"), ("sales", "Sales")],
                        max_length=9,
                        verbose_name="side",
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
                ("written_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "ordering": ["written_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="hash")),
                (
                    "side",
                    models.CharField(
                        choices=[("marketing", "Marketing"), ("sales", "Sales")],
                        max_length=9,
                        verbose_name="side",
                    ),
                ),
                ("name", models.CharField(max_length=254, verbose_name="name")),
                ("signed_at", models.DateTimeField(auto_now_add=True, verbose_name="signed")),
            ],
            options={
                "verbose_name": "signature",
                "verbose_name_plural": "signatures",
                "ordering": ["signed_at", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="version",
            name="one_draft_at_a_time",
        ),
        migrations.AddField(
            model_name="version",
            name="counts_from",
            field=models.DateTimeField(blank=True, null=True, verbose_name="counts from"),
        ),
        migrations.AddField(
            model_name="version",
            name="digest",
            field=models.CharField(editable=False, max_length=64, null=True, verbose_name="hash"),
        ),
        migrations.AddField(
            model_name="version",
            name="hands_over",
            field=models.BooleanField(
                default=False, verbose_name="hands over the leads that rise because of it"
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="proposed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="proposed"),
        ),
        migrations.AddField(
            model_name="version",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="returned_because",
            field=models.TextField(blank=True, verbose_name="why it was sent back"),
        ),
        migrations.AddField(
            model_name="version",
            name="returned_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent back by",
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="shipped",
            field=models.BooleanField(
                default=False, editable=False, verbose_name="shipped with the product"
            ),
        ),
        migrations.AddIndex(
            model_name="version",
            index=models.Index(
                condition=models.Q(("state", "proposed")),
                fields=["counts_from"],
                name="version_waits_for_its_day",
            ),
        ),
        migrations.RunPython(hash_what_left_draft, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("draft", "proposed"))),
                fields=("program", "kind"),
                name="one_open_version_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(fields=("id", "digest"), name="version_digest"),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("digest__isnull", True), ("state", "draft")),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True), ("digest__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="a_hash_from_proposed_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(("shipped", False), ("number", 1), _connector="OR"),
                name="only_the_first_is_shipped",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="author",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="author",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="replies",
                to="agreements.comment",
                verbose_name="answer to",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="program",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to="people.program",
                verbose_name="program",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="settled by",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="version",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="comments",
                to="agreements.version",
                verbose_name="version",
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="program",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to="people.program",
                verbose_name="program",
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="signed by",
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="version",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="signatures",
                to="agreements.version",
                verbose_name="version",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["program", "version", "clause"], name="comment_of_clause"),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent__isnull", True), ("settled_at__isnull", True), _connector="OR"
                ),
                name="threads_are_settled_not_answers",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                fields=("version", "user"), name="nobody_signs_twice"
            ),
        ),
        migrations.RunSQL(
            SIGNED_BY_THE_KEY,
            "ALTER TABLE agreements_signature DROP CONSTRAINT agreements_signature_of_this_content",
        ),
        same_program(
            child="agreements_signature", column="version_id", parent="agreements_version"
        ),
        same_program(child="agreements_comment", column="version_id", parent="agreements_version"),
        migrations.RunSQL(LIFE, NO_LIFE),
    ]
