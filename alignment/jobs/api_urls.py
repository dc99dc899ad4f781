from django.urls import path

from . import api

app_name = "jobs-api"
urlpatterns = [
    path("jobs/", api.JobsView.as_view(), name="jobs"),
    path("jobs/<int:pk>/", api.JobView.as_view(), name="job"),
    path("jobs/<int:pk>/cancel/", api.CancelView.as_view(), name="cancel"),
    path("jobs/<int:pk>/go-on/", api.GoOnView.as_view(), name="go-on"),
]
