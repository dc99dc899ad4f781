from django.db import migrations

# Every cluster of PostgreSQL counts its transactions from the beginning. `transactions_before` is
# what the clusters before this one counted, so that new events come behind those that a restore
# brought; `manage.py after_restore` replaces it.
FUNCTIONS = """
CREATE FUNCTION transactions_before() RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0;
CREATE FUNCTION journal_txid() RETURNS xid8 LANGUAGE sql STABLE
    RETURN (pg_current_xact_id()::text::bigint + transactions_before())::text::xid8;
ALTER TABLE accounts_journalevent ALTER txid SET DEFAULT journal_txid();
"""
UNDO = """
ALTER TABLE accounts_journalevent ALTER txid SET DEFAULT pg_current_xact_id();
DROP FUNCTION journal_txid();
DROP FUNCTION transactions_before();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0023_leads_by_change")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
