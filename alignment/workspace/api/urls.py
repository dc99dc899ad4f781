from django.urls import path

from alignment.workspace.deals import api as deals
from alignment.workspace.plan import api as plan
from alignment.workspace.saved import api as saved

from . import accounts, engagements, findings, lead_score, lead_work, leads, stakeholders

app_name = "workspace-api"
urlpatterns = [
    path("accounts/", accounts.AccountsView.as_view(), name="accounts"),
    path("accounts/<int:pk>/", accounts.AccountView.as_view(), name="account"),
    path("saved-views/", saved.SavedViewsView.as_view(), name="saved-views"),
    path("saved-views/<int:pk>/", saved.SavedViewView.as_view(), name="saved-view"),
    path("assets/gaps/", plan.GapsView.as_view(), name="asset-gaps"),
    path(
        "campaigns/<int:pk>/results/", plan.CampaignResultsView.as_view(), name="campaign-results"
    ),
    path("opportunities/", deals.OpportunitiesView.as_view(), name="opportunities"),
    path("opportunities/forecast/", deals.ForecastView.as_view(), name="forecast"),
    path("opportunities/changes/", deals.ChangesView.as_view(), name="deal-changes"),
    path("opportunities/<int:pk>/", deals.OpportunityView.as_view(), name="opportunity"),
    path("opportunities/<int:pk>/move/", deals.OpportunityMoveView.as_view(), name="move"),
    path("opportunities/<int:pk>/coverage/", deals.CoverageView.as_view(), name="coverage"),
    path("findings/", findings.FindingsView.as_view(), name="findings"),
    path("findings/<int:pk>/", findings.FindingView.as_view(), name="finding"),
    path("findings/<int:pk>/withdraw/", findings.WithdrawView.as_view(), name="finding-withdraw"),
    path("stakeholders/", stakeholders.StakeholdersView.as_view(), name="stakeholders"),
    path("stakeholders/<int:pk>/", stakeholders.StakeholderView.as_view(), name="stakeholder"),
    path("engagements/", engagements.EngagementsView.as_view(), name="engagements"),
    path("engagements/<int:pk>/", engagements.EngagementView.as_view(), name="engagement"),
    path("leads/", leads.LeadsView.as_view(), name="leads"),
    path("leads/<int:pk>/", leads.LeadView.as_view(), name="lead"),
    path("leads/<int:pk>/score/", lead_score.LeadScoreView.as_view(), name="lead-score"),
    path("leads/<int:pk>/recycle/", lead_work.RecycleView.as_view(), name="lead-recycle"),
    path("leads/<int:pk>/disqualify/", lead_work.DisqualifyView.as_view(), name="lead-disqualify"),
    path("leads/<int:pk>/take-back/", lead_work.TakeBackView.as_view(), name="lead-take-back"),
    path("leads/<int:pk>/bring-back/", lead_work.BringBackView.as_view(), name="lead-bring-back"),
    path("leads/<int:pk>/claim/", lead_work.ClaimView.as_view(), name="lead-claim"),
    path("leads/<int:pk>/attempts/", lead_work.AttemptsView.as_view(), name="lead-attempts"),
    path("leads/<int:pk>/feedback/", lead_work.FeedbackView.as_view(), name="lead-feedback"),
    path(
        "leads/<int:pk>/validation-calls/",
        leads.ValidationCallView.as_view(),
        name="lead-validation-calls",
    ),
]
