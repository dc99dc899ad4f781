"""The library: written by both teams, with results of content and its gaps."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Account, Stakeholder
from alignment.core.models import AuditEntry
from alignment.workspace.plan.library import Use, asset_page, gaps
from alignment.workspace.tests.pages import address, queries, text
from campaigns.calendar.models import Touch, TouchPerson
from campaigns.library.actions.assets import add_asset, change_asset, retire_asset
from campaigns.library.models import Asset
from campaigns.selection.models import Target
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def asset(cast: Cast, title: str = "How Boreal saved a week", **said: Any) -> Asset:
    said = {"kind": "case_study", "sector": "52"} | said
    return add_asset(program=cast.program, by=cast.marketer, title=title, **said)


def touch(
    used: Asset, person: Stakeholder, days_ago: int = 3, result: str = "", **said: Any
) -> Touch:
    at = timezone.now() - timedelta(days=days_ago)
    done = {"state": "done", "done_at": at} if days_ago > 0 else {}
    fields = {"channel": "email", "side": "marketing", "thread": 0} | done | said
    made = Touch.objects.create(
        program=used.program,
        account_id=person.account_id or 0,
        asset=used,
        starts_at=at,
        ends_at=at + timedelta(minutes=5),
        result=result,
        **fields,
    )
    TouchPerson.objects.create(program=used.program, touch=made, stakeholder=person)
    return made


def test_content_is_added_changed_and_no_longer_used(cast: Cast) -> None:
    client = cast.client("marketer")
    sent = {"title": "Banks", "kind": "case_study", "sector": "52", "language": "fr"}
    made = client.post(address(cast, "content/new/"), sent)
    found = Asset.objects.in_program(cast.program).get()
    assert made["Location"] == address(cast, f"content/{found.pk}/")
    assert (found.sector, found.language, found.created_by) == ("52", "fr", cast.marketer)
    sent |= {"title": "Banks that saved a week", "persona": "Head of risk", "stage": "decide"}
    assert client.post(address(cast, f"content/{found.pk}/edit/"), sent).status_code == 302
    page = text(cast, "observer", f"content/{found.pk}/")
    for shown in ("Banks that saved a week", "Head of risk", "Deciding", "Finance and Insurance"):
        assert shown in page
    assert "No longer use" not in page
    assert client.post(address(cast, f"content/{found.pk}/retire/")).status_code == 302
    assert "Banks that" not in text(cast, "rep", "content/")
    assert "Banks that" in text(cast, "rep", "content/?state=retired")
    client.post(address(cast, f"content/{found.pk}/retire/"), {"retired": "no"})
    assert "Banks that" in text(cast, "rep", "content/")
    told = AuditEntry.objects.filter(program_id=cast.program.pk, action__startswith="asset.")
    actions = list(told.order_by("pk").values_list("action", flat=True))
    assert actions == ["asset.add", "asset.change", "asset.retire", "asset.restore"]


def test_who_may_not_plan_writes_nothing(cast: Cast) -> None:
    found = asset(cast)
    for rest in ("content/new/", f"content/{found.pk}/edit/", f"content/{found.pk}/retire/"):
        assert cast.client("observer").post(address(cast, rest)).status_code == 403
    assert "New content" not in text(cast, "observer", "content/")


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"sector": "5"}, "sector"),
        ({"sector": "5112"}, "sector"),
        ({"language": "xx"}, "language"),
        ({"kind": "song"}, "kind"),
        ({"title": ""}, "title"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"stage": "later"}, "stage"),
    ],
)
def test_nonsense_is_refused_at_its_place(cast: Cast, wrong: dict[str, Any], place: str) -> None:
    found = asset(cast)
    with pytest.raises(ValidationError) as refused:
        change_asset(asset=found, by=cast.rep, **wrong)
    assert set(refused.value.message_dict) == {place}
    form = {"title": "T", "kind": "video", "language": "en"} | wrong
    assert cast.client("rep").post(address(cast, "content/new/"), form).status_code == 422


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("q=boreal", {"Boreal"}),
        ("q=faster", {"Script"}),
        ("kind=script", {"Script"}),
        # Content for every sector also suits this one.
        ("sector=52", {"Boreal", "Script"}),
        ("sector=31-33", {"Steel", "Script"}),
        ("persona=Head+of+risk", {"Boreal"}),
        ("stage=decide", {"Steel"}),
        ("language=fr", {"Steel"}),
        ("kind=nonsense", {"Boreal", "Script", "Steel"}),
    ],
)
def test_the_list_is_narrowed(cast: Cast, asked: str, shown: set[str]) -> None:
    asset(cast, "Boreal", persona="Head of risk")
    asset(cast, "Script", kind="script", sector="", message="Faster closings")
    asset(cast, "Steel", sector="31-33", stage="decide", language="fr")
    page = cast.client("rep").get(address(cast, f"content/?{asked}"))
    assert {row.asset.title for row in page.context["page"].rows} == shown


def test_a_longer_list_costs_no_more(cast: Cast) -> None:
    asset(cast, "One")
    one = queries(cast, "rep", "content/")
    for number in range(2):
        asset(cast, f"Other {number}")
    assert queries(cast, "rep", "content/") == one


def test_what_followed_is_counted_with_its_sample(cast: Cast) -> None:
    used = asset(cast)
    engaged, silent = (make.lead(cast.program).stakeholder for _ in range(2))
    touch(used, engaged, result="replied")
    touch(used, engaged, days_ago=40)
    touch(used, silent, result="meeting")
    touch(used, silent, days_ago=-1)
    touch(asset(cast, "Another"), engaged, result="replied")
    make.engage(engaged, "pricing_page_view", at=timezone.now() - timedelta(days=1))
    found = asset_page(used)
    # The touch of 40 days ago is too old to be credited with yesterday's engagement.
    assert found.use == Use(planned=1, done=3, answered=2, meetings=1, followed=1)
    assert (found.use.answered_share, found.use.followed_share) == ("66%", "33%")
    assert sorted(found.results) == [("Meeting agreed", 1), ("Replied", 1)]
    page = text(cast, "rep", f"content/{used.pk}/")
    assert "3 touches are few" in page
    assert str(engaged.account) in page


def test_a_touch_of_the_whole_committee_is_followed_by_anybody_there(cast: Cast) -> None:
    used = asset(cast)
    reached = make.lead(cast.program).stakeholder
    colleague = make.stakeholder(cast.program, reached.account)
    touch(used, reached, is_whole_committee=True)
    touch(used, reached)
    make.lead(cast.program, colleague)
    make.engage(colleague, "pricing_page_view", at=timezone.now() - timedelta(days=1))
    assert asset_page(used).use.followed == 1


def test_a_sector_of_the_profile_without_a_case_study_is_missing(cast: Cast) -> None:
    companies = [
        make.account(cast.program, naics=naics)
        for naics in ("522110", "523150", "336411", "541511")
    ]
    make.account(cast.program, naics="722511")
    set_verdicts(companies)
    asset(cast, sector="31-33")
    retire_asset(asset=asset(cast, sector="52"), is_retired=True, by=cast.rep)
    asset(cast, sector="54", kind="video")
    asset(cast, sector="")
    found = gaps(program=cast.program)
    assert [(gap.code, gap.accounts) for gap in found.sectors] == [("52", 2), ("54", 1)]
    Target.objects.create(
        program=cast.program, account=companies[3], tier=1, entered_at=timezone.now()
    )
    found = gaps(program=cast.program)
    assert [(gap.code, gap.targets) for gap in found.sectors] == [("54", 1), ("52", 0)]
    page = text(cast, "rep", "content/gaps/")
    assert "?kind=case_study&amp;sector=52" in page
    form = text(cast, "rep", "content/new/?kind=case_study&sector=52")
    assert '<option value="52" selected>' in form


def set_verdicts(companies: list[Account]) -> None:
    """Let them match, whatever the profile says."""
    from alignment.icp.models import Answer, Verdict

    rows = Verdict.objects.across_programs()
    rows.update(answer=Answer.NO)
    rows.filter(account__in=companies).update(answer=Answer.YES)


def test_a_persona_without_content_for_a_stage_is_missing(cast: Cast) -> None:
    asset(cast, "A", persona="Head of risk", stage="discover")
    asset(cast, "B", persona="Controller", stage="decide")
    asset(cast, "C", persona="", stage="compare")
    found = gaps(program=cast.program)
    assert found.personas == [("Controller", [0, 1, 1]), ("Head of risk", [1, 1, 0])]
    assert found.empty_cells == 2


def test_another_program_is_not_counted(cast: Cast) -> None:
    theirs = add_asset(program=cast.other_program, by=None, title="T", kind="video", persona="X")
    assert gaps(program=cast.program).personas == []
    assert cast.client("rep").get(address(cast, f"content/{theirs.pk}/")).status_code == 404
