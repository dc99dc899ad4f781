"""The settings of the selection in the admin."""

from alignment.core.models import AuditEntry
from campaigns.selection.queries.settings import settings_of
from tests.cast import Cast


def test_settings_in_the_admin_are_saved_by_the_action_of_the_page(cast: Cast) -> None:
    browser = cast.client("owner")
    said = {"capacity": 30, "proposed": 5, "quiet_days": 9}
    new = {"program": cast.program.pk, **said}
    address = "/admin/selection/selectionsettings/"
    assert browser.post(f"{address}add/", new).status_code == 302
    assert "has its settings already" in browser.post(f"{address}add/", new).text
    row = settings_of(cast.program)
    refused = browser.post(f"{address}{row.pk}/change/", said | {"quiet_days": 366})
    assert set(refused.context["adminform"].errors) == {"quiet_days"}
    assert browser.post(f"{address}{row.pk}/change/", said | {"capacity": 40}).status_code == 302
    row.refresh_from_db()
    assert (row.capacity, row.proposed, row.quiet_days) == (40, 5, 9)
    trail = AuditEntry.objects.filter(actor_id=cast.owner.pk, action__endswith="settings")
    assert [entry.detail["capacity"] for entry in trail.order_by("pk")] == [30, 40]
