"""Addresses of the plan's pages."""

from django.urls import URLPattern, path

from . import apart_views

urlpatterns: list[URLPattern] = [
    path("policy/versions/<int:older>/<int:newer>/", apart_views.between, name="policy_apart"),
]
