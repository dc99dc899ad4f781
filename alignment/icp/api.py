"""`/icp/`: the versions of the ideal customer profile."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from alignment.agreements import api
from alignment.agreements.models import Kind


@extend_schema_view(get=extend_schema(summary="List versions of the ICP", operation_id="icp_list"))
class IcpsView(api.VersionsView):
    tag = "icp"
    kind = Kind.ICP


@extend_schema_view(get=extend_schema(summary="The ICP in force", operation_id="icp_in_force"))
class IcpInForceView(api.InForceView):
    tag = "icp"
    kind = Kind.ICP


@extend_schema_view(get=extend_schema(summary="One version of the ICP", operation_id="icp_get"))
class IcpView(api.VersionView):
    tag = "icp"
    kind = Kind.ICP
