"""Addresses of promises, inside the `workspace` namespace."""

from django.urls import URLPattern, URLResolver, path

from . import feed_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("promises/", views.promises, name="promises"),
    path("promises/wallboard/", views.wallboard, name="wallboard"),
    path("promises/calendar/", feed_views.feed_page, name="promise_feed_page"),
    path("promises/calendar/end/", feed_views.feed_close, name="promise_feed_close"),
    path("promises/<int:clock_id>/", views.promise, name="promise"),
    path("promises/<int:clock_id>/answer/", views.answer, name="promise_answer"),
    path("promises/<int:clock_id>/excuse/", views.excuse, name="promise_excuse"),
    path("promises/<int:clock_id>/verdict/", views.verdict, name="promise_verdict"),
]
