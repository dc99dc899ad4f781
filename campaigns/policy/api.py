"""`/contact-policies/`: the versions of the contact policy."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from alignment.agreements import api
from alignment.agreements.models import Kind


@extend_schema_view(
    get=extend_schema(summary="List contact policies", operation_id="contact_policies_list")
)
class PoliciesView(api.VersionsView):
    tag = "contact-policies"
    kind = Kind.POLICY


@extend_schema_view(
    get=extend_schema(
        summary="The contact policy in force", operation_id="contact_policies_in_force"
    )
)
class PolicyInForceView(api.InForceView):
    tag = "contact-policies"
    kind = Kind.POLICY


@extend_schema_view(
    get=extend_schema(summary="One contact policy", operation_id="contact_policies_get")
)
class PolicyView(api.VersionView):
    tag = "contact-policies"
    kind = Kind.POLICY
