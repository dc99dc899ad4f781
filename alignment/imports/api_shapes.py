"""API schemas of imports."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.duplicates.queries import open_count
from alignment.imports.models import Import
from alignment.imports.parsing.csv_table import SEPARATORS
from alignment.imports.parsing.encodings import ENCODINGS
from alignment.imports.parsing.scales import SCALES, UNKNOWN_SCALE
from alignment.reference.time_zones import is_time_zone

Shape = serializers.Serializer[Any]


class Column(Shape):
    """Column `index` of the file (from 0) feeds `field`; the rest says how its cells are read."""

    index = serializers.IntegerField(min_value=0, max_value=10_000)
    field = serializers.CharField(max_length=60)
    scale = serializers.ChoiceField(
        choices=[UNKNOWN_SCALE, *SCALES],
        default=1,
        help_text=(
            "Numbers count ones, thousands, millions or billions. 0: neither header nor values say it;"
            " choose before it runs."
        ),
    )
    decimal_comma = serializers.BooleanField(default=False)
    day_first = serializers.BooleanField(default=False)

    class Meta:
        ref_name = "ImportColumn"


class ImportOut(serializers.ModelSerializer[Import]):
    headers = serializers.ListField(child=serializers.CharField(), source="options.headers")
    rows = serializers.IntegerField(
        source="options.rows", allow_null=True, help_text="How many rows there are, roughly."
    )
    sheet = serializers.CharField(source="options.sheet", allow_blank=True)
    sheets = serializers.ListField(child=serializers.CharField(), source="options.sheets")
    encoding = serializers.CharField(
        source="options.encoding", default="", help_text="Of a text, by its Python codec."
    )
    separator = serializers.CharField(
        source="options.separator", default="", help_text="Between the cells of a text."
    )
    columns = serializers.ListField(child=Column(), source="mapping.columns")
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="What to look at before it is taken in."
    )
    repairs_id = serializers.IntegerField(
        source="options.repairs",
        default=None,
        allow_null=True,
        help_text="The import whose rows these are, repaired; they are read as it was.",
    )
    job_id = serializers.IntegerField(allow_null=True)
    dry_run_job_id = serializers.IntegerField(allow_null=True)
    duplicates_job_id = serializers.IntegerField(
        allow_null=True,
        help_text="The search for near-duplicates that followed a run which brought accounts.",
    )
    duplicates_to_look_at = serializers.SerializerMethodField(
        help_text=(
            "Pairs of accounts that wait for a person, see `/duplicates/`: of the whole program, counted"
            " up to 1,001. Null for lists that brought none."
        )
    )

    class Meta:
        model = Import
        ref_name = "Import"
        fields = (
            "id",
            "target",
            "file_name",
            "size",
            "file_kept",
            "sha256",
            "source",
            "headers",
            "rows",
            "sheet",
            "sheets",
            "encoding",
            "separator",
            "columns",
            "warnings",
            "repairs_id",
            "job_id",
            "dry_run_job_id",
            "duplicates_job_id",
            "duplicates_to_look_at",
            "created_at",
        )

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_duplicates_to_look_at(self, upload: Import) -> int | None:
        if upload.target != Import.Target.ACCOUNTS and upload.duplicates_job_id is None:
            return None
        # Counted once per page of imports, because all belong to one program.
        context = cast("dict[str, Any]", self.context)
        if "open_duplicates" not in context:
            context["open_duplicates"] = open_count(upload.program_id)
        return int(context["open_duplicates"])


class ImportIn(Shape):
    file = serializers.FileField(help_text="CSV (any separator and encoding) or XLSX.")
    target = serializers.ChoiceField(choices=Import.Target.choices)
    source: Any = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="Noted on what is new."
    )

    class Meta:
        ref_name = "ImportIn"


class ImportChange(Shape):
    columns = serializers.ListField(
        child=Column(),
        required=False,
        max_length=500,
        help_text="The whole mapping: columns that are not in it are left out.",
    )
    source: Any = serializers.CharField(required=False, allow_blank=True, max_length=60)
    target = serializers.ChoiceField(
        choices=Import.Target.choices,
        required=False,
        help_text=(
            "What the list holds, until it is taken in (then 409); its columns are guessed afresh."
        ),
    )
    sheet = serializers.CharField(
        required=False, max_length=255, help_text="Another sheet; its columns are guessed afresh."
    )
    encoding = serializers.ChoiceField(
        choices=list(ENCODINGS),
        required=False,
        allow_blank=True,
        help_text=(
            "Another encoding of a text file; an empty one is detected. What its columns feed stays as"
            " far as they are the same."
        ),
    )
    separator = serializers.ChoiceField(
        choices=list(SEPARATORS),
        required=False,
        allow_blank=True,
        help_text="Another separator of a text file; an empty one is detected.",
    )
    time_zone = serializers.CharField(
        required=False, max_length=64, help_text="Zone of times that name none."
    )
    rates = serializers.DictField(
        child=serializers.DecimalField(max_digits=12, decimal_places=6, min_value=0),
        required=False,
        help_text='Dollars for one unit of another currency: {"EUR": "1.08"}.',
    )

    class Meta:
        ref_name = "ImportChange"

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else ()
        if unknown:
            raise serializers.ValidationError(
                {name: ["There is no such field."] for name in unknown}
            )
        return super().to_internal_value(data)

    def validate_time_zone(self, name: str) -> str:
        if not is_time_zone(name):
            raise serializers.ValidationError("Not the name of a time zone.")
        return name

    def validate_rates(self, rates: dict[str, Any]) -> dict[str, str]:
        said = "Currencies by their three-letter codes."
        odd = [c for c in rates if len(c) != 3 or not c.isascii() or not c.isupper()]
        if odd:
            raise serializers.ValidationError({code: [said] for code in odd})
        return {code: str(rate) for code, rate in rates.items()}
