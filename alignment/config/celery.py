"""The Celery application. Queues: `clocks` for promises, `events` for other urgent hints, `jobs`
for long work, `outbox` for messages to the outside.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.config.settings")

app = Celery("entente")
app.config_from_object("alignment.config.settings:CELERY")
app.autodiscover_tasks(
    [
        "accounts.intent",
        "alignment.agreements",
        "alignment.jobs",
        "alignment.metrics",
        "alignment.scoring",
        "alignment.sla",
        "alignment.notifications",
        "alignment.imports",
        "alignment.people",
        "campaigns.calendar",
        "campaigns.insights",
    ]
)
app.conf.beat_schedule = {
    # A tick not taken in time expires before the next, so ticks never pile up.
    "clocks": {
        "task": "alignment.sla.tasks.look_at_clocks",
        "schedule": 2.0,
        "options": {"expires": 2.0},
    },
    "jobs left": {"task": "alignment.jobs.tasks.take_up_left_jobs", "schedule": 5.0},
    "accounts waiting": {"task": "alignment.scoring.tasks.judge_left_over", "schedule": 2.0},
    "account scores": {"task": "alignment.scoring.tasks.score_left_over", "schedule": 5.0},
    "signed for today": {"task": "alignment.agreements.tasks.start_signed", "schedule": 20.0},
    "old replies": {"task": "alignment.people.tasks.forget_replies", "schedule": 900.0},
    "expired sessions": {"task": "alignment.people.tasks.forget_sessions", "schedule": 3600.0},
    "mails of the sign-in": {"task": "alignment.people.tasks.send_sign_in_mail", "schedule": 5.0},
    "mails waiting": {"task": "alignment.notifications.tasks.send_by_mail", "schedule": 5.0},
    "messages waiting": {
        "task": "alignment.notifications.tasks.send_to_endpoints",
        "schedule": 5.0,
    },
    "digests due": {"task": "alignment.notifications.tasks.prepare_digests", "schedule": 120.0},
    "old messages": {"task": "alignment.notifications.tasks.tidy", "schedule": 1800.0},
    "intent that fades": {"task": "accounts.intent.tasks.fade_intent", "schedule": 60.0},
    "what happened": {"task": "campaigns.calendar.tasks.match_occurrences", "schedule": 5.0},
    "support overdue": {"task": "campaigns.insights.tasks.look_at_requests", "schedule": 60.0},
    "briefings due": {"task": "campaigns.insights.tasks.write_briefings", "schedule": 60.0},
    "credits of deals": {"task": "alignment.metrics.tasks.settle_credits", "schedule": 5.0},
    "what became of leads": {
        "task": "alignment.metrics.tasks.settle_facts_of_leads",
        "schedule": 5.0,
    },
    "numbers of the day": {"task": "alignment.metrics.tasks.take_snapshots", "schedule": 900.0},
    "days read again": {"task": "alignment.metrics.tasks.read_days_again", "schedule": 3600.0},
    "scores gone stale": {"task": "alignment.scoring.tasks.refresh_stale", "schedule": 60.0},
}
