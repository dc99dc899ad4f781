"""Addresses of the pages shared by both teams."""

from django.urls import URLPattern, URLResolver, include, path

from . import views
from .accounts import breakdown_views as breakdown
from .accounts import duplicates_views as duplicates
from .accounts import record_views as account
from .accounts import views as accounts
from .accounts.field_urls import urlpatterns as field
from .backtest.urls import urlpatterns as backtests
from .calendar.urls import urlpatterns as touches
from .dashboard.urls import urlpatterns as dashboard
from .deals.urls import urlpatterns as deals
from .insights.urls import urlpatterns as insights
from .leads.urls import urlpatterns as leads
from .members import team_views as teams
from .members import views as members
from .people import record_views as person
from .people import views as people
from .plan.urls import urlpatterns as plan
from .promises.urls import urlpatterns as promises
from .results.urls import urlpatterns as results
from .saved.urls import urlpatterns as saved
from .search.views import search
from .targets.urls import urlpatterns as targets
from .today.views import today

app_name = "workspace"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", today, name="today"),
    path("navigation/", views.navigation, name="navigation"),
    path("search/", search, name="search"),
    path("accounts/", accounts.account_list, name="accounts"),
    path("accounts/map/", breakdown.account_map, name="accounts_map"),
    path("accounts/industries/", breakdown.account_industries, name="accounts_industries"),
    path("accounts/industries/like/", breakdown.industries_like, name="accounts_industries_like"),
    path("accounts/metros/like/", breakdown.metros_like, name="accounts_metros_like"),
    path("accounts/duplicates/", duplicates.duplicates, name="duplicates"),
    path("accounts/duplicates/find/", duplicates.duplicates_find, name="duplicates_find"),
    path("accounts/duplicates/<int:pair_id>/", duplicates.duplicate, name="duplicate"),
    path(
        "accounts/duplicates/<int:pair_id>/apart/",
        duplicates.duplicate_apart,
        name="duplicate_apart",
    ),
    path("accounts/export/", accounts.account_export, name="accounts_export"),
    path("accounts/", include(field)),
    path("accounts/views/", include(saved)),
    path("accounts/new/", account.account_new, name="account_new"),
    path("accounts/<int:account_id>/", account.account, name="account"),
    path("accounts/<int:account_id>/edit/", account.account_edit, name="account_edit"),
    path("people/", people.people, name="people"),
    path("people/export/", people.people_export, name="people_export"),
    path("people/new/", person.person_new, name="person_new"),
    path("people/<int:person_id>/", person.person, name="person"),
    path("people/<int:person_id>/edit/", person.person_edit, name="person_edit"),
    path("people/<int:person_id>/consent/", person.person_consent, name="person_consent"),
    path("people/<int:person_id>/contact/", person.person_contact, name="person_contact"),
    path("people/<int:person_id>/reach/", person.person_reach, name="person_reach"),
    path("people/<int:person_id>/lead/", person.person_open_lead, name="person_open_lead"),
    path("settings/members/<int:member>/remove/", members.remove, name="member_remove"),
    path("settings/members/<int:member>/work/", members.work, name="member_work"),
    path("settings/teams/<int:team>/delete/", teams.delete, name="team_delete"),
    path("", include(leads)),
    path("", include(promises)),
    path("", include(plan)),
    path("", include(dashboard)),
    path("", include(deals)),
    path("", include(results)),
    path("", include(insights)),
    path("", include(touches)),
    path("", include(backtests)),
    path("", include(targets)),
]
