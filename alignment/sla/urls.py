"""URLs of the SLA."""

from django.urls import URLPattern, URLResolver

from . import contract_urls, handoff_urls, hours_urls

app_name = "sla"
urlpatterns: list[URLPattern | URLResolver] = [
    *contract_urls.urlpatterns,
    *handoff_urls.urlpatterns,
    *hours_urls.urlpatterns,
]
