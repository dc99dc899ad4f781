"""API addresses of intent."""

from django.urls import path

from .api import surges, visits

app_name = "intent-api"
urlpatterns = [
    path("intent/surges/", surges.SurgesView.as_view(), name="surges"),
    path("intent/visits/", visits.VisitsView.as_view(), name="visits"),
]
