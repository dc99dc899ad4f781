"""Addresses of the findings of sales, below `accounts/`."""

from django.urls import URLPattern, path

from . import field_views, relationship_views

urlpatterns: list[URLPattern] = [
    path("refuted/", field_views.refuted_page, name="refuted"),
    path("refuted/export/", field_views.refuted_export, name="refuted_export"),
    path(
        "<int:account_id>/findings/<int:finding_id>/withdraw/",
        field_views.finding_withdraw,
        name="finding_withdraw",
    ),
    path(
        "<int:account_id>/relationships/<int:relationship_id>/hand-over/",
        relationship_views.relationship_hand_over,
        name="relationship_hand_over",
    ),
    path("<int:account_id>/findings/<str:criterion>/", field_views.finding, name="finding"),
    path("<int:account_id>/relationships/", relationship_views.relationship, name="relationship"),
    path(
        "<int:account_id>/relationships/<int:relationship_id>/remove/",
        relationship_views.relationship_remove,
        name="relationship_remove",
    ),
    path("<int:account_id>/competitors/", relationship_views.competitor, name="competitor"),
    path(
        "<int:account_id>/competitors/<int:competitor_id>/remove/",
        relationship_views.competitor_remove,
        name="competitor_remove",
    ),
]
