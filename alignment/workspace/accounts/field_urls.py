"""Addresses of what sales saw, below `accounts/`."""

from django.urls import URLPattern, path

from . import field_views as views

urlpatterns: list[URLPattern] = [
    path("refuted/", views.refuted_page, name="refuted"),
    path("refuted/export/", views.refuted_export, name="refuted_export"),
    path(
        "<int:account_id>/findings/<int:finding_id>/withdraw/",
        views.finding_withdraw,
        name="finding_withdraw",
    ),
    path(
        "<int:account_id>/relationships/<int:relationship_id>/hand-over/",
        views.relationship_hand_over,
        name="relationship_hand_over",
    ),
    path("<int:account_id>/findings/<str:criterion>/", views.finding, name="finding"),
    path("<int:account_id>/relationships/", views.relationship, name="relationship"),
    path(
        "<int:account_id>/relationships/<int:relationship_id>/remove/",
        views.relationship_remove,
        name="relationship_remove",
    ),
    path("<int:account_id>/competitors/", views.competitor, name="competitor"),
    path(
        "<int:account_id>/competitors/<int:competitor_id>/remove/",
        views.competitor_remove,
        name="competitor_remove",
    ),
]
