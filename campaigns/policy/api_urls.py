"""Addresses of the contact policy in the API."""

from django.urls import URLPattern, path

from . import api

app_name = "policy-api"
urlpatterns: list[URLPattern] = [
    path("contact-policies/", api.PoliciesView.as_view(), name="versions"),
    path("contact-policies/in-force/", api.PolicyInForceView.as_view(), name="in-force"),
    path("contact-policies/<int:number>/", api.PolicyView.as_view(), name="version"),
]
