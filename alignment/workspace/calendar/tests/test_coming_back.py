"""Importing the calendar's own export again."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Stakeholder
from alignment.imports.reading import columns_of
from alignment.imports.tests.lists import run, taken, uploaded
from alignment.workspace.tests.pages import lines
from campaigns.calendar.actions.outcome import skip_touch
from campaigns.calendar.actions.planning import plan_touch
from campaigns.calendar.models import Touch
from tests import cast as make
from tests.cast import Cast

from .scenes import at, day_of, monday


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_file_of_the_calendar_changes_nothing(cast: Cast, language: str) -> None:
    account = make.account(cast.program, state="IL")
    somebody = make.stakeholder(cast.program, account, "x@co.example")
    nameless = make.stakeholder(cast.program, account, emails=[], external_id="crm-9")

    def planned(days: int, *reached: Stakeholder, **more: Any) -> Touch:
        starts = monday() + timedelta(days=days)
        given = {"channel": "webinar", "who": None, "side": "marketing"} | more
        return plan_touch(
            program=cast.program,
            account=account,
            people=[person.pk for person in reached],
            by=cast.rep,
            reason="Agreed",
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            **given,
        )

    planned(0, nameless, somebody)
    planned(6, nameless, channel="mail")
    planned(2, somebody, who=cast.rep, channel="call", source="sheet", external_id="7")
    skip_touch(touch=planned(4, somebody, channel="ad"), by=cast.rep, because="No budget")
    before = list(Touch.objects.in_program(cast.program).order_by("pk").values())
    cast.rep.language = language
    cast.rep.save(update_fields=["language"])
    reply = cast.client("rep").get(
        at(cast, "calendar_export"), {"view": "week", "day": day_of(monday())}
    )
    content = "\n".join(lines(reply)).encode()
    upload = uploaded(cast.program, content, target="touches", by=cast.owner, source="calendar")
    fed = {column.field for column in columns_of(upload)}
    assert {"email", "channel", "starts_at", "ends_at", "who", "side", "source"} <= fed
    assert "external_id" in fed
    job = run(upload, by=cast.owner)
    assert taken(job) == {"rows": 4, "unchanged": 4}
    assert list(Touch.objects.in_program(cast.program).order_by("pk").values()) == before
    # Ids of one program must not match touches of another.
    other = make.program()
    job = run(uploaded(other, content, target="touches", by=cast.owner), by=None)
    assert not taken(job).get("unchanged")
