"""Addresses of the SLA in the API: each part of the room adds its own."""

from django.urls import URLPattern, path

from .api import contract

CONTRACT: list[URLPattern] = [
    path("sla-contracts/", contract.ContractsView.as_view(), name="versions"),
    path("sla-contracts/in-force/", contract.ContractInForceView.as_view(), name="in-force"),
    path("sla-contracts/<int:number>/", contract.ContractView.as_view(), name="version"),
]

app_name = "sla-api"
urlpatterns: list[URLPattern] = [
    *CONTRACT,
]
