"""URLs of the ideal customer profile."""

from django.urls import URLPattern, URLResolver, path

from alignment.agreements.draft_views import discard, start
from alignment.agreements.models import Kind

from . import count_views, draft_views, impact_views, papers, views
from .workshop import topic_views as topics
from .workshop import views as workshops

app_name = "icp"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.page, name="page"),
    path("versions/<int:number>/", views.version, name="version"),
    path("versions/<int:older>/<int:newer>/", impact_views.between, name="impact"),
    path("forecast/", views.forecast, name="forecast"),
    path("draft/", draft_views.draft, name="draft"),
    path("draft/start/", start, {"kind": Kind.ICP}, name="start"),
    path("draft/discard/", discard, {"kind": Kind.ICP}, name="discard"),
    path("draft/note/", draft_views.note, name="note"),
    path("draft/add/<slug:kind>/", draft_views.add, name="add"),
    path("draft/criteria/<str:key>/", draft_views.edit, name="edit"),
    path("draft/criteria/<str:key>/remove/", draft_views.remove, name="remove"),
    path("draft/criteria/<str:key>/move/", draft_views.move, name="move"),
    path("count/<slug:kind>/", count_views.count, name="count"),
    path("workshops/", workshops.workshop_list, name="workshops"),
    path("workshops/<int:workshop_id>/", workshops.workshop, name="workshop"),
    path("workshops/<int:workshop_id>/clock/", workshops.clock, name="workshop_clock"),
    path("workshops/<int:workshop_id>/topics/", workshops.topic_add, name="topic_add"),
    path("workshops/<int:workshop_id>/close/", workshops.close, name="workshop_close"),
    path("workshops/<int:workshop_id>/minutes.md", papers.minutes_md, name="minutes_md"),
    path("workshops/<int:workshop_id>/minutes.pdf", papers.minutes_pdf, name="minutes_pdf"),
    path("topics/<int:topic_id>/data/", topics.data, name="topic_data"),
    path("topics/<int:topic_id>/marketing/", topics.marketing, name="topic_marketing"),
    path("topics/<int:topic_id>/sales/", topics.sales, name="topic_sales"),
    path("topics/<int:topic_id>/agree/", topics.agree, name="topic_agree"),
    path("topics/<int:topic_id>/aside/", topics.aside, name="topic_aside"),
    path("topics/<int:topic_id>/reopen/", topics.reopen, name="topic_reopen"),
    path("poster/", papers.poster, name="poster"),
    path("poster/a3.pdf", papers.poster_pdf, {"paper": "a3"}, name="poster_a3"),
    path("poster/letter.pdf", papers.poster_pdf, {"paper": "us-letter"}, name="poster_letter"),
    path("pick/<slug:kind>/", views.pick, name="pick"),
]
