"""Addresses of opportunities and of their pipeline."""

from django.urls import URLPattern, path

from . import committee_views as committee
from . import pipeline_views as pipeline
from . import record_views as record
from . import views

urlpatterns: list[URLPattern] = [
    path("opportunities/", views.opportunities, name="opportunities"),
    path("opportunities/export/", views.opportunities_export, name="opportunities_export"),
    path("opportunities/drag/", record.opportunity_drag, name="opportunity_drag"),
    path("opportunities/new/", record.opportunity_choose, name="opportunity_choose"),
    path("opportunities/pipeline/", pipeline.pipeline, name="pipeline"),
    path("opportunities/pipeline/new/", pipeline.stage_new, name="stage_new"),
    path("opportunities/pipeline/rate/", pipeline.rate_set, name="rate_set"),
    path("opportunities/pipeline/<int:stage_id>/edit/", pipeline.stage_edit, name="stage_edit"),
    path("opportunities/pipeline/<int:stage_id>/place/", pipeline.stage_place, name="stage_place"),
    path(
        "opportunities/pipeline/<int:stage_id>/remove/", pipeline.stage_remove, name="stage_remove"
    ),
    path(
        "opportunities/pipeline/<int:stage_id>/restore/",
        pipeline.stage_restore,
        name="stage_restore",
    ),
    path("opportunities/<int:deal_id>/", record.opportunity, name="opportunity"),
    path("opportunities/<int:deal_id>/edit/", record.opportunity_edit, name="opportunity_edit"),
    path("opportunities/<int:deal_id>/move/", record.opportunity_move, name="opportunity_move"),
    path(
        "opportunities/<int:deal_id>/committee/add/", committee.committee_add, name="committee_add"
    ),
    path(
        "opportunities/<int:deal_id>/committee/move/",
        committee.committee_move,
        name="committee_move",
    ),
    path(
        "opportunities/<int:deal_id>/committee/<int:member_id>/edit/",
        committee.committee_edit,
        name="committee_edit",
    ),
    path(
        "opportunities/<int:deal_id>/committee/<int:member_id>/remove/",
        committee.committee_remove,
        name="committee_remove",
    ),
    path(
        "accounts/<int:account_id>/opportunities/new/",
        record.opportunity_new,
        name="opportunity_new",
    ),
]
