"""Addresses of leads, inside the `workspace` namespace."""

from django.urls import URLPattern, URLResolver, path

from . import actions_views, chosen_views, past_views, views, work_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("queue/", views.queue, name="queue"),
    path("leads/", views.leads, name="leads"),
    path("leads/export/", views.export, name="leads_export"),
    path("leads/assign/", chosen_views.assign_chosen, name="leads_assign"),
    path("leads/recycle/", chosen_views.recycle_chosen, name="leads_recycle"),
    path("leads/disqualify/", chosen_views.disqualify_chosen, name="leads_disqualify"),
    path("leads/take-back/", chosen_views.take_chosen_back, name="leads_take_back"),
    path("leads/bring-back/", chosen_views.bring_chosen_back, name="leads_bring_back"),
    path("leads/<int:lead_id>/", views.lead, name="lead"),
    path("leads/<int:lead_id>/then/", past_views.lead_past, name="lead_past"),
    path("leads/<int:lead_id>/claim/", actions_views.claim, name="lead_claim"),
    path("leads/<int:lead_id>/assign/", actions_views.assign, name="lead_assign"),
    path("leads/<int:lead_id>/call/", actions_views.call, name="lead_call"),
    path("leads/<int:lead_id>/attempt/", work_views.attempt, name="lead_attempt"),
    path("leads/<int:lead_id>/feedback/", work_views.feedback, name="lead_feedback"),
    path("leads/<int:lead_id>/feedback/no/", work_views.after_no_page, name="lead_after_no"),
    path("leads/<int:lead_id>/recycle/", work_views.recycle, name="lead_recycle"),
    path("leads/<int:lead_id>/disqualify/", work_views.disqualify, name="lead_disqualify"),
    path("leads/<int:lead_id>/take-back/", work_views.take_back, name="lead_take_back"),
    path("leads/<int:lead_id>/bring-back/", work_views.bring_back, name="lead_bring_back"),
]
