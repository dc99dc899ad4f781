"""Accounts by either of their ids, also former ones, in the bodies and lists of other resources."""

from collections.abc import Mapping
from typing import Any, NoReturn

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.duplicates.queries import of_today
from accounts.queries.finding import account_of_external_id
from alignment.core.rest.filters import IdFilter
from alignment.core.rest.ids import IdField


class OfAccountFilter(IdFilter):
    """Rows of one account; the id of a merged one finds those of the account that stayed."""

    def __init__(self, field_name: str = "account_id") -> None:
        super().__init__(field_name, label="Id of the account, also of one that was merged into it")

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value is not None:
            (value,) = of_today(self.parent.request.program, [int(value)])
        rows: QuerySet[Any] = super().filter(qs, value)
        return rows


class OfAccount(serializers.Serializer[Any]):
    """What belongs to an account: after validation `account_id` is there. Needs the `program` in
    its context.
    """

    account_id = IdField(
        required=False,
        help_text="Either this or `account_external_id`; also of an account that was merged since.",
    )
    account_external_id = serializers.CharField(
        max_length=120, required=False, help_text="Your own id of the account, also a former one."
    )

    # False: it may belong to none, or something else says to which.
    needs_account = True

    def to_internal_value(self, data: Any) -> Any:
        is_named = isinstance(data, Mapping) and "account_external_id" in data
        self.fields["account_id"].required = self.needs_account and not is_named
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "account_id" in attrs:
            (attrs["account_id"],) = of_today(self.context["program"], [attrs["account_id"]])
        if "account_external_id" not in attrs:
            return attrs
        said = attrs.pop("account_external_id")
        found = account_of_external_id(self.context["program"], said)
        if found is None:
            self._refuse(f"There is no account “{said}”.")
        if attrs.setdefault("account_id", found) != found:
            self._refuse("This is another account than `account_id`.")
        return attrs

    def _refuse(self, text: str) -> NoReturn:
        raise serializers.ValidationError({"account_external_id": text})
