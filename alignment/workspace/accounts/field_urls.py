"""Addresses of the findings of sales, below `accounts/`."""

from django.urls import URLPattern, path

from . import field_views, known_views

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
        known_views.relationship_hand_over,
        name="relationship_hand_over",
    ),
    path("<int:account_id>/findings/<str:criterion>/", field_views.finding, name="finding"),
    path("<int:account_id>/relationships/", known_views.relationship, name="relationship"),
    path(
        "<int:account_id>/relationships/<int:relationship_id>/remove/",
        known_views.relationship_remove,
        name="relationship_remove",
    ),
    path("<int:account_id>/competitors/", known_views.competitor, name="competitor"),
    path(
        "<int:account_id>/competitors/<int:competitor_id>/remove/",
        known_views.competitor_remove,
        name="competitor_remove",
    ),
]
