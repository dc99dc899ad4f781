from django.urls import path

from . import api_signing as api

app_name = "agreements-api"
urlpatterns = [
    path("agreements/<slug:agreement>/draft/", api.DraftView.as_view(), name="draft"),
    path("agreements/<slug:agreement>/propose/", api.ProposeView.as_view(), name="propose"),
    path("agreements/<slug:agreement>/sign/", api.SignView.as_view(), name="sign"),
    path("agreements/<slug:agreement>/withdraw/", api.WithdrawView.as_view(), name="withdraw"),
    path("agreements/<slug:agreement>/decline/", api.DeclineView.as_view(), name="decline"),
    path(
        "agreements/<slug:agreement>/compare/<int:older>/<int:newer>/",
        api.CompareView.as_view(),
        name="compare",
    ),
]
