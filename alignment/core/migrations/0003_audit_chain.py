from django.db import migrations, models
from django.db.models.functions import Coalesce

CHAIN = """
CREATE FUNCTION core_audit_hash(entry core_auditentry, before text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(before, entry.place, entry.id,
        entry.program_id, extract(epoch FROM entry.at)::text, entry.actor_id, entry.actor,
        entry.action, entry.target, entry.target_id, entry.detail)::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION core_audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
    mine core_auditentry;
BEGIN
    -- Held until the transaction ends, so entries stand in the order of commits.
    PERFORM pg_advisory_xact_lock(7203, COALESCE(NEW.program_id, 0)::int);
    SELECT place, hash INTO last FROM core_auditentry
        WHERE COALESCE(program_id, 0) = COALESCE(NEW.program_id, 0) AND place IS NOT NULL
        ORDER BY place DESC LIMIT 1;
    SELECT * INTO mine FROM core_auditentry WHERE id = NEW.id;
    mine.place := COALESCE(last.place, 0) + 1;
    UPDATE core_auditentry SET place = mine.place,
        hash = core_audit_hash(mine, COALESCE(last.hash, '')) WHERE id = NEW.id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER core_audit_sealed AFTER INSERT ON core_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_audit_seal();

CREATE FUNCTION core_audit_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.hash IS NULL AND TG_OP = 'UPDATE' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit entry % stays as it is', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER core_audit_kept BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION core_audit_stay();
"""

# Entries from before the chain, in the order in which they were written.
SEAL_THE_PAST = """
DO $$
DECLARE
    entry core_auditentry;
    chain bigint := -1;
    before text := '';
    place bigint := 0;
BEGIN
    FOR entry IN SELECT * FROM core_auditentry ORDER BY COALESCE(program_id, 0), id LOOP
        IF chain <> COALESCE(entry.program_id, 0) THEN
            chain := COALESCE(entry.program_id, 0);
            before := '';
            place := 0;
        END IF;
        place := place + 1;
        entry.place := place;
        before := core_audit_hash(entry, before);
        UPDATE core_auditentry e SET place = entry.place, hash = before WHERE e.id = entry.id;
    END LOOP;
END $$;
"""

UNCHAIN = """
DROP TRIGGER core_audit_kept ON core_auditentry;
DROP TRIGGER core_audit_sealed ON core_auditentry;
DROP FUNCTION core_audit_stay();
DROP FUNCTION core_audit_seal();
DROP FUNCTION core_audit_hash(core_auditentry, text);
"""


class Migration(migrations.Migration):
    """Each entry of the audit trail carries the hash of the one before it."""

    dependencies = [("core", "0002_trigrams")]

    operations = [
        migrations.AddField(
            "auditentry",
            "place",
            models.BigIntegerField(editable=False, null=True, verbose_name="place in the chain"),
        ),
        migrations.AddField(
            "auditentry",
            "hash",
            models.CharField(editable=False, max_length=64, null=True, verbose_name="hash"),
        ),
        migrations.AddConstraint(
            "auditentry",
            models.UniqueConstraint("place", Coalesce("program_id", 0), name="audit_chain"),
        ),
        migrations.RunSQL(CHAIN, UNCHAIN),
        migrations.RunSQL(SEAL_THE_PAST, migrations.RunSQL.noop),
    ]
