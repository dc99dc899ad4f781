"""URLs of the scoring model and of signals."""

from django.urls import URLPattern, URLResolver, path

from alignment.agreements.draft_views import discard, start
from alignment.agreements.models import Kind

from . import draft_views, impact_views, signal_views, views, whatif_views

app_name = "scoring"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.page, name="page"),
    path("numbers/", views.numbers, name="numbers"),
    path("versions/<int:number>/", views.version, name="version"),
    path("versions/<int:older>/<int:newer>/", impact_views.between, name="impact"),
    path("versions/<int:older>/<int:newer>/run/", impact_views.run, name="impact_run"),
    path("draft/", draft_views.draft, name="draft"),
    path("draft/start/", start, {"kind": Kind.SCORING}, name="start"),
    path("draft/discard/", discard, {"kind": Kind.SCORING}, name="discard"),
    path("what-if/<int:number>/", whatif_views.page, name="what_if"),
    path("what-if/<int:number>/run/", whatif_views.run, name="what_if_run"),
    path("what-if/<int:number>/brief/", whatif_views.brief, name="what_if_brief"),
    path("what-if/<int:number>/number/", whatif_views.number_rising, name="what_if_number"),
    path("what-if/<int:number>/leads/", whatif_views.moves, name="what_if_moves"),
    path("signals/", signal_views.signals, name="signals"),
    path("signals/new/", signal_views.create, name="signal_new"),
    path("signals/<int:signal_id>/", signal_views.rename, name="signal"),
]
