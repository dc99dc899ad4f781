from django.urls import path

from .api import notices, webhooks

app_name = "notifications-api"
urlpatterns = [
    path("notices/", notices.NoticesView.as_view(), name="notices"),
    path("notices/read/", notices.ReadAllView.as_view(), name="read-notices"),
    path("notices/<int:pk>/", notices.NoticeView.as_view(), name="notice"),
    path("notices/<int:pk>/read/", notices.ReadView.as_view(), name="read-notice"),
    path("webhooks/", webhooks.EndpointsView.as_view(), name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.EndpointView.as_view(), name="webhook"),
    path("webhooks/<int:pk>/secret/", webhooks.SecretView.as_view(), name="secret"),
    path("webhooks/<int:pk>/test/", webhooks.TestView.as_view(), name="test"),
    path("deliveries/", webhooks.DeliveriesView.as_view(), name="deliveries"),
    path("deliveries/<int:pk>/", webhooks.DeliveryView.as_view(), name="delivery"),
    path("deliveries/<int:pk>/again/", webhooks.AgainView.as_view(), name="again"),
]
