from django.db import migrations

# As Django's database cache wants it (`createcachetable`).
CREATE = """
CREATE TABLE people_sign_in_guard (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX people_sign_in_guard_expires ON people_sign_in_guard (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0005_leads_a_week")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE people_sign_in_guard")]
