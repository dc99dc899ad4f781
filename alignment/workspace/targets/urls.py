"""Addresses of the target accounts."""

from django.urls import URLPattern, path

from . import session_views as sitting
from . import views

urlpatterns: list[URLPattern] = [
    path("targets/", views.targets, name="targets"),
    path("targets/past/", views.past, name="targets_past"),
    path("targets/past/<int:number>/", views.past_list, name="targets_past_list"),
    path("targets/fill/", views.target_fill, name="target_fill"),
    path("targets/settings/", views.target_settings, name="target_settings"),
    path("targets/nominate/<int:account_id>/", views.target_nominate, name="target_nominate"),
    path("targets/session/", sitting.session, name="target_session"),
    path("targets/session/open/", sitting.session_open, name="target_session_open"),
    path("targets/session/ready/", sitting.ready, name="target_session_ready"),
    path("targets/session/place/", sitting.place_agreed, name="target_session_place"),
    path("targets/session/discard/", sitting.discard, name="target_session_discard"),
    path("targets/session/confirm/", sitting.confirm, name="target_session_confirm"),
    path("targets/session/<int:candidate_id>/vote/", sitting.vote, name="target_vote"),
    path("targets/<int:target_id>/edit/", views.target_edit, name="target_edit"),
    path("targets/<int:target_id>/leave/", views.target_leave, name="target_leave"),
]
