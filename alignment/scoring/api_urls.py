from django.urls import path

from . import api

app_name = "scoring-api"
urlpatterns = [
    path("scoring-models/", api.ModelsView.as_view(), name="versions"),
    path("scoring-models/in-force/", api.ModelInForceView.as_view(), name="in-force"),
    path("scoring-models/<int:number>/", api.ModelView.as_view(), name="version"),
]
