"""`/scoring-models/`: the versions of the scoring model."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from alignment.agreements import api
from alignment.agreements.models import Kind


@extend_schema_view(
    get=extend_schema(summary="List scoring models", operation_id="scoring_models_list")
)
class ModelsView(api.VersionsView):
    tag = "scoring-models"
    kind = Kind.SCORING


@extend_schema_view(
    get=extend_schema(summary="The scoring model in force", operation_id="scoring_models_in_force")
)
class ModelInForceView(api.InForceView):
    tag = "scoring-models"
    kind = Kind.SCORING


@extend_schema_view(
    get=extend_schema(summary="One scoring model", operation_id="scoring_models_get")
)
class ModelView(api.VersionView):
    tag = "scoring-models"
    kind = Kind.SCORING
