"""Addresses of the ideal customer profile."""

from django.urls import URLPattern, URLResolver, path

from . import count_views, draft_views, views

app_name = "icp"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.page, name="page"),
    path("versions/<int:number>/", views.version, name="version"),
    path("forecast/", views.forecast, name="forecast"),
    path("draft/", draft_views.draft, name="draft"),
    path("draft/start/", draft_views.start, name="start"),
    path("draft/discard/", draft_views.discard, name="discard"),
    path("draft/note/", draft_views.note, name="note"),
    path("draft/add/<slug:kind>/", draft_views.add, name="add"),
    path("draft/criteria/<str:key>/", draft_views.edit, name="edit"),
    path("draft/criteria/<str:key>/remove/", draft_views.remove, name="remove"),
    path("draft/criteria/<str:key>/move/", draft_views.move, name="move"),
    path("count/<slug:kind>/", count_views.count, name="count"),
    path("pick/<slug:kind>/", views.pick, name="pick"),
]
