"""Addresses of the internal ROI pages, below `/p/<program>/roi/`."""

from django.urls import URLPattern, path

from .views import calculators, shares

app_name = "roi"
urlpatterns: list[URLPattern] = [
    path("", calculators.calculator_list, name="list"),
    path("new/", calculators.new, name="new"),
    path("preview/", calculators.preview, name="preview"),
    path("score/", calculators.propose, name="propose"),
    path("share/", shares.share, name="share"),
    path("shares/<int:share>/revoke/", shares.revoke, name="revoke"),
    path("<int:calculator>/", calculators.calculator_page, name="calculator"),
    path("<int:calculator>/edit/", calculators.edit, name="edit"),
    path("<int:calculator>/publish/", calculators.publish, name="publish"),
    path("<int:calculator>/retire/", calculators.retire, name="retire"),
]
