"""Deleting old rows, in steps that lock little."""

from datetime import timedelta

from django.db.models.functions import Now

from ..models import Delivery, Notice

# How far back an endpoint's log goes.
KEEP_DELIVERIES = timedelta(days=30)
KEEP_NOTICES = timedelta(days=365)
STEP = 5_000


def forget_old() -> int:
    """Delete settled deliveries after 30 days and notices after a year; returns how many rows."""
    settled = Delivery.objects.across_programs().filter(
        next_try_at__isnull=True, created_at__lt=Now() - KEEP_DELIVERIES
    )
    notices = Notice.objects.across_programs().filter(created_at__lt=Now() - KEEP_NOTICES)
    gone = 0
    for rows in (settled, notices):
        while step := list(rows.order_by("id").values_list("id", flat=True)[:STEP]):
            gone += rows.filter(pk__in=step).delete()[0]
    return gone
