"""Addresses of the shared calendar, inside the `workspace` namespace."""

from django.urls import URLPattern, URLResolver, path

from . import feed_views as feeds
from . import plan_views as plan
from . import touch_views as touch
from . import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/export/", views.calendar_export, name="calendar_export"),
    path("calendar/plan/", plan.plan, name="touch_plan"),
    path("calendar/plan/check/", plan.check, name="touch_check"),
    path("calendar/drag/", touch.drag, name="touch_drag"),
    path("calendar/feeds/", feeds.feeds, name="calendar_feeds"),
    path("calendar/feeds/<int:feed_id>/revoke/", feeds.revoke, name="calendar_feed_revoke"),
    path("calendar/<int:touch_id>/", touch.touch, name="touch"),
    path("calendar/<int:touch_id>/done/", touch.done, name="touch_done"),
    path("calendar/<int:touch_id>/skip/", touch.skip, name="touch_skip"),
    path("calendar/<int:touch_id>/reopen/", touch.reopen, name="touch_reopen"),
    path("calendar/<int:touch_id>/move/", touch.move, name="touch_move"),
    path("calendar/<int:touch_id>/edit/", plan.edit, name="touch_edit"),
]
