"""URLs of the contract pages."""

from django.urls import URLPattern, path

from alignment.agreements.draft_views import discard, start
from alignment.agreements.models import Kind

from .views import contract, crm, draft, impact

urlpatterns: list[URLPattern] = [
    path("", contract.page, name="page"),
    path("crm/", crm.outside_crm, name="outside_crm"),
    path("versions/<int:number>/", contract.version, name="version"),
    path("versions/<int:older>/<int:newer>/", impact.between, name="impact"),
    path("draft/", draft.draft, name="draft"),
    path("draft/start/", start, {"kind": Kind.SLA}, name="start"),
    path("draft/discard/", discard, {"kind": Kind.SLA}, name="discard"),
]
