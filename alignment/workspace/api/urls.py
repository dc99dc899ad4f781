from django.urls import path

from . import accounts, engagements, lead_score, leads, stakeholders

app_name = "workspace-api"
urlpatterns = [
    path("accounts/", accounts.AccountsView.as_view(), name="accounts"),
    path("accounts/<int:pk>/", accounts.AccountView.as_view(), name="account"),
    path("stakeholders/", stakeholders.StakeholdersView.as_view(), name="stakeholders"),
    path("stakeholders/<int:pk>/", stakeholders.StakeholderView.as_view(), name="stakeholder"),
    path("engagements/", engagements.EngagementsView.as_view(), name="engagements"),
    path("engagements/<int:pk>/", engagements.EngagementView.as_view(), name="engagement"),
    path("leads/", leads.LeadsView.as_view(), name="leads"),
    path("leads/<int:pk>/", leads.LeadView.as_view(), name="lead"),
    path("leads/<int:pk>/score/", lead_score.LeadScoreView.as_view(), name="lead-score"),
    path("leads/<int:pk>/recycle/", leads.RecycleView.as_view(), name="lead-recycle"),
    path("leads/<int:pk>/disqualify/", leads.DisqualifyView.as_view(), name="lead-disqualify"),
    path(
        "leads/<int:pk>/validation-calls/",
        leads.ValidationCallView.as_view(),
        name="lead-validation-calls",
    ),
]
