"""Addresses of the contract."""

from django.urls import URLPattern, path

from .views import contract

urlpatterns: list[URLPattern] = [
    path("", contract.page, name="page"),
]
