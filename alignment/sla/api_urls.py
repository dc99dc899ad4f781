"""Addresses of the SLA in the API: each part of the room adds its own."""

from django.urls import URLPattern, path

from .api import contract, handoffs, playbook

CONTRACT: list[URLPattern] = [
    path("sla-contracts/", contract.ContractsView.as_view(), name="versions"),
    path("sla-contracts/in-force/", contract.ContractInForceView.as_view(), name="in-force"),
    path("sla-contracts/<int:number>/", contract.ContractView.as_view(), name="version"),
]

HANDOFFS: list[URLPattern] = [
    path("handoffs/", handoffs.HandOffsView.as_view(), name="handoffs"),
    path("handoffs/<int:pk>/", handoffs.HandOffView.as_view(), name="handoff"),
    path("handoffs/<int:pk>/owner/", handoffs.HandOffOwnerView.as_view(), name="handoff-owner"),
    path("reason-codes/", playbook.ReasonsView.as_view(), name="reasons"),
    path("reason-codes/<int:pk>/", playbook.ReasonView.as_view(), name="reason"),
    path("next-actions/", playbook.RulesView.as_view(), name="next-actions"),
    path("next-actions/<int:pk>/", playbook.RuleView.as_view(), name="next-action"),
    path("territories/", playbook.TerritoriesView.as_view(), name="territories"),
]

app_name = "sla-api"
urlpatterns: list[URLPattern] = [
    *CONTRACT,
    *HANDOFFS,
]
