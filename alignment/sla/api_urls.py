"""API addresses of the SLA."""

from django.urls import URLPattern, path

from .api import clocks, contract, handoffs, hours, playbook

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

CLOCKS: list[URLPattern] = [
    path("clocks/", clocks.ClocksView.as_view(), name="clocks"),
    path("clocks/<int:pk>/", clocks.ClockView.as_view(), name="clock"),
    path("clocks/<int:pk>/dispute/", clocks.ClockDisputeView.as_view(), name="clock-dispute"),
    path("escalations/", clocks.EscalationsView.as_view(), name="escalations"),
    path("escalations/<int:pk>/", clocks.EscalationView.as_view(), name="escalation"),
    path("escalations/<int:pk>/acknowledge/", clocks.AcknowledgeView.as_view(), name="acknowledge"),
    path("disputes/", clocks.DisputesView.as_view(), name="disputes"),
    path("disputes/<int:pk>/", clocks.DisputeView.as_view(), name="dispute"),
    path("disputes/<int:pk>/decide/", clocks.DecideView.as_view(), name="dispute-decide"),
    path("leads/<int:pk>/crm-updated/", clocks.CrmUpdatedView.as_view(), name="crm-updated"),
    path("sla-settings/", clocks.SettingsView.as_view(), name="settings"),
]

app_name = "sla-api"
urlpatterns: list[URLPattern] = [
    *CONTRACT,
    *HANDOFFS,
    *CLOCKS,
    *HOURS,
]
