"""Addresses of the SLA in the API: each part of the room adds its own."""

from django.urls import URLPattern, path

from .api import contract, hours

CONTRACT: list[URLPattern] = [
    path("sla-contracts/", contract.ContractsView.as_view(), name="versions"),
    path("sla-contracts/in-force/", contract.ContractInForceView.as_view(), name="in-force"),
    path("sla-contracts/<int:number>/", contract.ContractView.as_view(), name="version"),
]
HOURS: list[URLPattern] = [
    path("working-hours/", hours.WorkingHoursView.as_view(), name="working-hours"),
    path("working-hours/<int:pk>/", hours.TeamHoursView.as_view(), name="team-hours"),
    path("closures/", hours.ClosuresView.as_view(), name="closures"),
    path("closures/<int:pk>/", hours.ClosureView.as_view(), name="closure"),
    path("leave/", hours.LeavesView.as_view(), name="leaves"),
    path("leave/<int:pk>/", hours.LeaveView.as_view(), name="leave"),
]

app_name = "sla-api"
urlpatterns: list[URLPattern] = [
    *CONTRACT,
    *HOURS,
]
