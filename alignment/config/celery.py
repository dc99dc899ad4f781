"""The Celery application. Queues: `events` for hints that must be quick, `jobs` for long work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.config.settings")

app = Celery("entente")
app.config_from_object("alignment.config.settings:CELERY")
app.autodiscover_tasks(
    [
        "alignment.jobs",
        "alignment.scoring",
        "alignment.imports",
        "alignment.people",
    ]
)
