from django.urls import path

from . import views

app_name = "accounts-api"
urlpatterns = [
    path("signals/", views.SignalsView.as_view(), name="signals"),
    path("signals/<int:pk>/", views.SignalView.as_view(), name="signal"),
    path("events/", views.EventsView.as_view(), name="events"),
]
