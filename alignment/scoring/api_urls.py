from django.urls import path

from . import api, api_signals, api_whatif

app_name = "scoring-api"
urlpatterns = [
    path("signals/", api_signals.SignalsView.as_view(), name="signals"),
    path("signals/<slug:code>/", api_signals.SignalView.as_view(), name="signal"),
    path("scoring-models/", api.ModelsView.as_view(), name="versions"),
    path("scoring-models/in-force/", api.ModelInForceView.as_view(), name="in-force"),
    path("scoring-models/<int:number>/", api.ModelView.as_view(), name="version"),
    path("scoring-models/<int:number>/what-if/", api_whatif.WhatIfView.as_view(), name="what-if"),
]
