"""Addresses of back-tests, inside the `workspace` namespace."""

from django.urls import URLPattern, URLResolver, path

from . import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("scoring/backtests/", views.backtests, name="backtests"),
    path("scoring/backtests/<int:backtest_id>/", views.backtest, name="backtest"),
    path("scoring/backtests/<int:backtest_id>/suggestion/", views.suggestion, name="suggestion"),
    path("scoring/backtests/<int:backtest_id>/suggest/", views.suggest, name="suggest"),
    path("scoring/backtests/<int:backtest_id>/draft/", views.draft, name="suggestion_draft"),
]
