"""`/sla-contracts/`: the versions of the SLA contract."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from alignment.agreements import api
from alignment.agreements.models import Kind


@extend_schema_view(
    get=extend_schema(summary="List SLA contracts", operation_id="sla_contracts_list")
)
class ContractsView(api.VersionsView):
    tag = "sla-contracts"
    kind = Kind.SLA


@extend_schema_view(
    get=extend_schema(summary="The SLA contract in force", operation_id="sla_contracts_in_force")
)
class ContractInForceView(api.InForceView):
    tag = "sla-contracts"
    kind = Kind.SLA


@extend_schema_view(get=extend_schema(summary="One SLA contract", operation_id="sla_contracts_get"))
class ContractView(api.VersionView):
    tag = "sla-contracts"
    kind = Kind.SLA
