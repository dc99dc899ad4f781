"""RFC 3339 allows lowercase letters in timestamps; they are accepted everywhere."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from alignment.core.rest.moments import MomentField, ZonedDateTimeField, parse_moment
from tests import cast as make
from tests.api.conftest import Api
from tests.cast import Cast


@pytest.mark.parametrize("text", ["2026-11-01t10:00:00z", "2026-11-01T10:00:00Z"])
def test_small_letters_say_the_same(text: str) -> None:
    expected = datetime(2026, 11, 1, 10, tzinfo=UTC)
    readers = (
        parse_moment,
        MomentField().to_internal_value,
        ZonedDateTimeField().to_internal_value,
    )
    assert [read(text) for read in readers] == [expected] * 3


@pytest.mark.django_db
def test_they_are_taken_over_rest(api: Api, cast: Cast) -> None:
    at = (timezone.now() - timedelta(hours=2)).strftime("%Y-%m-%dt%H:%M:%Sz")
    lead = make.lead(cast.program, owner=cast.rep)
    event = {
        "stakeholder": {"id": lead.stakeholder_id},
        "signal": "email_opened",
        "occurred_at": at,
        "source": "mail",
        "external_id": "1",
    }
    assert api.post("engagements/", {"events": [event]}).json()["created"] == 1
    assert api.get("engagements/", since=at).json()["items"][0]["external_id"] == "1"
    assert api.get(f"leads/{lead.pk}/score/", at=at).status_code == 200
    deal = {"account_id": lead.account_id, "name": "Robots", "opened_at": at}
    assert api.post("opportunities/", deal).status_code == 201
