from django.urls import path

from . import accounts, engagements, leads, stakeholders

app_name = "workspace-api"
urlpatterns = [
    path("accounts/", accounts.AccountsView.as_view(), name="accounts"),
    path("accounts/<int:id>/", accounts.AccountView.as_view(), name="account"),
    path("stakeholders/", stakeholders.StakeholdersView.as_view(), name="stakeholders"),
    path("stakeholders/<int:id>/", stakeholders.StakeholderView.as_view(), name="stakeholder"),
    path("engagements/", engagements.EngagementsView.as_view(), name="engagements"),
    path("engagements/<int:id>/", engagements.EngagementView.as_view(), name="engagement"),
    path("leads/", leads.LeadsView.as_view(), name="leads"),
    path("leads/<int:id>/", leads.LeadView.as_view(), name="lead"),
    path("leads/<int:id>/score/", leads.LeadScoreView.as_view(), name="lead-score"),
    path("leads/<int:id>/recycle/", leads.RecycleView.as_view(), name="lead-recycle"),
    path("leads/<int:id>/disqualify/", leads.DisqualifyView.as_view(), name="lead-disqualify"),
    path(
        "leads/<int:id>/validation-calls/",
        leads.ValidationCallView.as_view(),
        name="lead-validation-calls",
    ),
]
