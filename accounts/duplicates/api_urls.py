"""API addresses of duplicates."""

from django.urls import path

from . import api

app_name = "duplicates-api"
urlpatterns = [
    path("duplicates/", api.DuplicatesView.as_view(), name="duplicates"),
    path("duplicates/search/", api.SearchView.as_view(), name="search"),
    path("duplicates/<int:pk>/", api.DuplicateView.as_view(), name="duplicate"),
    path("duplicates/<int:pk>/apart/", api.ApartView.as_view(), name="apart"),
    path("merges/", api.MergesView.as_view(), name="merges"),
    path("merges/<int:pk>/", api.MergeView.as_view(), name="merge"),
]
