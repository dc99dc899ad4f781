"""API addresses of findings, relationships and competitors."""

from django.urls import path

from .api import competitors, relationships

app_name = "field-api"
urlpatterns = [
    path("relationships/", relationships.RelationshipsView.as_view(), name="relationships"),
    path("relationships/<int:pk>/", relationships.RelationshipView.as_view(), name="relationship"),
    path("competitors/", competitors.CompetitorsView.as_view(), name="competitors"),
    path("competitors/<int:pk>/", competitors.CompetitorView.as_view(), name="competitor"),
]
