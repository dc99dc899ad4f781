"""The editor of plays: rows are added and removed, no input is lost, parallel edits are noticed."""

import re
from datetime import time
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from campaigns.library.models import Asset, Play, PlayStep
from campaigns.plays.actions.templates import save_play
from campaigns.plays.rules.steps import Step
from campaigns.plays.tests.test_views import address, rows, written
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def edit(cast: Cast, play: Play) -> str:
    return address(cast, f"{play.pk}/edit/")


def form_of(client: Client, address: str) -> dict[str, Any]:
    """The data that a browser would submit from the rendered page."""
    page = client.get(address).context
    return sent(page["form"], page["steps"]) | {"do": "save"}


def sent(form: Any, steps: Any) -> dict[str, Any]:
    given: dict[str, Any] = {}
    given["steps-TOTAL_FORMS"] = len(steps.forms)
    given["steps-INITIAL_FORMS"] = steps.initial_form_count()
    for bound in [*form, *(field for row in steps for field in row)]:
        value = bound.value()
        if hasattr(value, "strftime"):
            value = value.strftime("%H:%M")
        if value is not None and value is not False:
            given[bound.html_name] = value
        elif bound.html_name.endswith("side"):
            given[bound.html_name] = "marketing"
    return given


def stored(play: Play) -> list[tuple[Any, ...]]:
    steps = PlayStep.objects.in_program(play.program_id).filter(play=play).select_related("follows")
    return [
        (s.position, s.channel, s.after_days, s.follows and s.follows.position, s.message)
        for s in steps
    ]


def test_two_who_change_different_things_both_keep_them(cast: Cast) -> None:
    made = written(cast)
    client = cast.client("marketer")
    first, second = form_of(client, edit(cast, made)), form_of(client, edit(cast, made))
    assert client.post(edit(cast, made), first | {"goal": "A meeting"}).status_code == 302
    later = second | {"steps-1-message": "Another story"}
    assert cast.client("rep").post(edit(cast, made), later).status_code == 302
    made.refresh_from_db()
    assert made.goal == "A meeting"
    assert [row[-1] for row in stored(made)] == [
        "The Ohio insurer",
        "Another story",
        "The Ohio insurer",
    ]


def test_over_one_field_the_later_one_is_asked_with_both_texts(cast: Cast) -> None:
    made = written(cast)
    client, rep = cast.client("marketer"), cast.client("rep")
    first, second = form_of(client, edit(cast, made)), form_of(rep, edit(cast, made))
    client.post(edit(cast, made), first | {"goal": "Theirs", "name": "Their name"})
    asked = rep.post(edit(cast, made), second | {"goal": "Mine"})
    assert asked.status_code == 409
    assert "meanwhile wrote “Theirs”" in asked.text
    assert 'value="Mine"' in asked.text
    # The second person did not edit the name, so the page shows the newly stored one.
    assert 'value="Their name"' in asked.text
    again = sent(asked.context["form"], asked.context["steps"]) | {"do": "save"}
    assert rep.post(edit(cast, made), again).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.goal) == ("Their name", "Mine")


def test_over_the_touches_too(cast: Cast) -> None:
    made = written(cast)
    client, rep = cast.client("marketer"), cast.client("rep")
    first, second = form_of(client, edit(cast, made)), form_of(rep, edit(cast, made))
    client.post(edit(cast, made), first | {"steps-0-message": "Theirs"})
    asked = rep.post(edit(cast, made), second | {"steps-1-message": "Mine"})
    assert asked.status_code == 409
    assert "Stored now" in asked.text
    assert "<p>Theirs</p>" in asked.text
    assert 'value="Mine"' in asked.text
    assert stored(made)[0][-1] == "Theirs"
    again = sent(asked.context["form"], asked.context["steps"]) | {"do": "save"}
    assert rep.post(edit(cast, made), again).status_code == 302
    assert [row[-1] for row in stored(made)][:2] == ["The Ohio insurer", "Mine"]


def test_what_nobody_changed_is_not_written(cast: Cast) -> None:
    made = written(cast)
    before = made.updated_at
    client = cast.client("rep")
    assert client.post(edit(cast, made), form_of(client, edit(cast, made))).status_code == 302
    made.refresh_from_db()
    assert made.updated_at == before


def test_another_touch_comes_with_its_defaults_and_the_focus(cast: Cast) -> None:
    client, new = cast.client("rep"), address(cast, "new/")
    page = client.post(new, rows({"message": "Kept", "minutes": ""}, do="add"))
    assert page.status_code == 200
    assert "This field is required" not in page.text
    assert "Kept" in page.text
    row = page.context["steps"].forms[1]
    assert [row[name].value() for name in ("after_days", "at", "minutes")] == ["0", "10:00", "15"]
    assert re.findall(r'<select name="([^"]+)"[^>]* autofocus', page.text) == ["steps-1-side"]
    given = sent(page.context["form"], page.context["steps"])
    assert given["steps-TOTAL_FORMS"] == 2
    saved = client.post(new, given | {"steps-0-minutes": "15", "do": "save"})
    assert saved.status_code == 302
    made = Play.objects.in_program(cast.program).get()
    assert [row[1] for row in stored(made)] == ["call"]


@pytest.mark.parametrize(
    "said", [{"message": "Ask"}, {"say": "Ask"}, {"after_days": 3}, {"at": "09:00"}, {"follows": 1}]
)
def test_what_was_written_without_a_channel_is_not_thrown_away(
    cast: Cast, said: dict[str, Any]
) -> None:
    client = cast.client("rep")
    refused = client.post(address(cast, "new/"), rows({}, {"channel": ""} | said, {"channel": ""}))
    assert refused.status_code == 422
    errors = [list(form.errors) for form in refused.context["steps"].forms]
    assert errors == [[], ["channel"], []]
    assert "Choose a channel" in refused.text
    gone = rows({}, {"channel": "", "DELETE": "on"} | said)
    assert client.post(address(cast, "new/"), gone).status_code == 302


def test_a_stored_touch_does_not_go_by_losing_its_channel(cast: Cast) -> None:
    made = save_play(
        program=cast.program,
        by=cast.rep,
        name="Two calls",
        goal="",
        steps=[Step(n, "sales", "call", 0, time(10), 15) for n in (1, 2)],
    )
    client = cast.client("rep")
    given = form_of(client, edit(cast, made))
    assert client.post(edit(cast, made), given | {"steps-1-channel": ""}).status_code == 422
    assert len(stored(made)) == 2


def test_touches_are_kept_in_the_order_of_their_days(cast: Cast) -> None:
    client = cast.client("rep")
    mixed = rows(
        {"after_days": 2, "message": "second", "follows": 2},
        {"after_days": 1, "message": "first", "channel": "email"},
        {"after_days": 7, "message": "third", "follows": 1},
    )
    assert client.post(address(cast, "new/"), mixed).status_code == 302
    made = Play.objects.in_program(cast.program).get()
    assert stored(made) == [
        (1, "email", 1, None, "first"),
        (2, "call", 2, 1, "second"),
        (3, "call", 7, 2, "third"),
    ]
    given = form_of(client, edit(cast, made))
    client.post(edit(cast, made), given | {"steps-1-after_days": 9, "steps-2-follows": ""})
    assert [row[-1] for row in stored(made)] == ["first", "third", "second"]
    assert stored(made)[2][3] == 1


def test_plays_of_before_are_put_in_order(cast: Cast) -> None:
    made = written(cast)
    steps = list(PlayStep.objects.in_program(cast.program).filter(play=made))
    for step, days in zip(steps, (2, 5, 1), strict=True):
        PlayStep.objects.in_program(cast.program).filter(pk=step.pk).update(after_days=days)
    with connection.cursor() as cursor:
        cursor.execute(import_module("campaigns.library.migrations.0002_steps_in_order").ORDER)
    assert [row[:4] for row in stored(made)] == [
        (1, "webinar", 1, None),
        (2, "email", 2, None),
        (3, "call", 5, 2),
    ]


def test_a_touch_that_others_take_up_is_not_removed_silently(cast: Cast) -> None:
    made = written(cast)
    client = cast.client("rep")
    given = form_of(client, edit(cast, made)) | {"steps-0-DELETE": "on"}
    refused = client.post(edit(cast, made), given)
    assert refused.status_code == 422
    told = refused.context["steps"].forms[1].errors["follows"]
    assert told == ["Touch 1 does not stay: choose another one here, or none."]
    assert len(stored(made)) == 3
    assert client.post(edit(cast, made), given | {"steps-1-follows": ""}).status_code == 302
    assert [row[:2] for row in stored(made)] == [(1, "call"), (2, "webinar")]


def test_a_touch_carries_content_and_keeps_what_was_retired(cast: Cast) -> None:
    asset = Asset.objects.create(program=cast.program, title="The insurer", kind="case_study")
    client = cast.client("rep")
    reply = client.post(address(cast, "new/"), rows({"channel": "email", "asset": asset.pk}))
    assert reply.status_code == 302
    made = Play.objects.in_program(cast.program).get()
    asset.retired_at = made.created_at
    asset.save()
    given = form_of(client, edit(cast, made))
    client.post(edit(cast, made), given | {"steps-0-minutes": 20})
    step = PlayStep.objects.in_program(cast.program).get(play=made)
    assert (step.minutes, step.asset) == (20, asset)
