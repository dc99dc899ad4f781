"""Filters that look at what is judged, not only at facts."""

from accounts.api.filters import AccountFilter
from alignment.core.rest import filters
from alignment.icp.models import Answer


class JudgedAccountFilter(AccountFilter):
    verdict = filters.ChoiceFilter(
        field_name="verdict__answer", choices=Answer.choices, label="Verdict of the ICP in force"
    )
