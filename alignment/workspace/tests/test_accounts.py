"""The list of accounts, the page of one, and edits."""

import csv
import re
from typing import Any

import pytest
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils import timezone

from accounts.intent.models import AccountIntent
from accounts.models import Account, JournalEvent, JournalKind, Lead, Stage
from alignment.icp.models import Verdict
from alignment.people.models import Role
from alignment.scoring.account_score.models import AccountScore
from campaigns.selection.models import Target
from tests import cast as make
from tests.cast import Cast

from .pages import address, lines, queries, text

FITTING: dict[str, Any] = {
    "employees_low": 800,
    "employees_high": 900,
    "revenue_low": 80_000_000,
    "revenue_high": 90_000_000,
    "naics": "511210",
    "city": "Boston",
    "state": "MA",
}


def hot_lead(account: Account) -> Lead:
    """A lead of the account that became MQL by its engagements."""
    lead = make.lead(account.program, make.stakeholder(account.program, account))
    for code in ("budget_confirmed", "decision_authority", "pricing_page_view"):
        make.engage(lead.stakeholder, code)
    found = Lead.objects.in_program(account.program).get(pk=lead.pk)
    assert found.stage == Stage.MQL
    return found


ALL_COLUMNS = "&".join(
    f"columns={key}"
    for key in [
        "verdict",
        "grade",
        "heat",
        "leads",
        "people",
        "place",
        "industry",
        "employees",
        "revenue",
        "owner",
        "source",
    ]
)


@pytest.mark.parametrize("sort", ["name", "grade", "employees", "changed", "hottest"])
def test_the_list_costs_the_same_for_one_row_and_three(cast: Cast, sort: str) -> None:
    hot_lead(make.account(cast.program, owner_id=cast.rep.pk, **FITTING))
    page = f"accounts/?sort={sort}&{ALL_COLUMNS}"
    one = queries(cast, "rep", page)
    for _ in range(2):
        hot_lead(make.account(cast.program, owner_id=cast.owner.pk, **FITTING))
    assert text(cast, "rep", page).count("<tr id=") == 3
    assert queries(cast, "rep", page) == one
    assert one <= 19


def test_a_live_refresh_brings_the_rows_alone(cast: Cast) -> None:
    make.account(cast.program, "Acme")
    part = text(cast, "rep", "accounts/", **{"HX-Request": "true"})
    assert "Acme" in part
    assert "<html" not in part
    assert queries(cast, "rep", "accounts/", **{"HX-Request": "true"}) <= 13


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("q=acm", {"Acme"}),
        ("q=ac", {"Acme"}),
        ("q=acme.example", {"Acme"}),
        ("q=%25", set()),
        ("state=MA", {"Acme"}),
        ("metro=boston", {"Acme"}),
        ("metro=14460", {"Acme"}),
        ("industry=51", {"Acme"}),
        ("industry=5112", {"Acme"}),
        ("industry=5132", {"Acme"}),
        ("industry=software", {"Acme"}),
        ("industry=Logiciels", {"Acme"}),
        ("industry=screw+bolt", {"Bolt"}),
        ("industry=no+such+trade", set()),
        ("industry=31-33", {"Bolt"}),
        ("industry=5x", set()),
        ("employees_min=500", {"Acme"}),
        ("employees_max=100", {"Bolt"}),
        ("revenue_min=$50M", {"Acme"}),
        ("revenue_max=1.5M", {"Bolt"}),
        ("verdict=yes", {"Acme"}),
        ("verdict=unknown", {"Cloud"}),
        ("hot=on", {"Acme"}),
        ("owner=nobody", {"Bolt", "Cloud"}),
        ("unknown=budget", {"Acme", "Bolt", "Cloud"}),
        ("unknown=employees", {"Cloud"}),
        ("unknown=nonsense", set()),
        ("state=MA&hot=on&verdict=yes&q=acme", {"Acme"}),
        ("answer=employees:yes", {"Acme"}),
        ("answer=employees:no", {"Bolt"}),
        ("answer=employees:unknown", {"Cloud"}),
        ("answer=employees:yes&answer=budget:unknown", {"Acme"}),
        ("answer=employees:yes&answer=employees:no", set()),
        ("answer=&answer=employees:yes", {"Acme"}),
        ("answer=nonsense", set()),
        ("answer=employees:perhaps", set()),
        ("answer=gone:yes", set()),
        ("score_min=5", {"Acme"}),
        ("score_min=101", set()),
        ("intent=rising", {"Bolt"}),
        ("intent=some", {"Acme", "Bolt"}),
        ("intent=none", {"Cloud"}),
        ("leads=open", {"Acme"}),
        ("leads=mql", {"Acme"}),
        ("leads=sql", set()),
        ("leads=none", {"Bolt", "Cloud"}),
        ("tier=any", {"Acme"}),
        ("tier=2", {"Acme"}),
        ("tier=1", set()),
        ("tier=none", {"Bolt", "Cloud"}),
    ],
)
def test_filters(cast: Cast, asked: str, expected: set[str]) -> None:
    acme = make.account(
        cast.program, "Acme", domain="acme.example", owner_id=cast.rep.pk, **FITTING
    )
    hot_lead(acme)
    Target.objects.create(program=cast.program, account=acme, tier=2, entered_at=timezone.now())
    make.account(
        cast.program,
        "Bolt",
        domain="bolt.example",
        naics="332722",
        employees_low=20,
        employees_high=50,
        revenue_low=1_000_000,
        revenue_high=2_000_000,
        state="TX",
        city="Austin",
    )
    bolt = Account.objects.in_program(cast.program).get(name="Bolt")
    make.account(cast.program, "Cloud", domain="cloud.example")
    AccountScore.objects.in_program(cast.program).delete()
    for account, score, change in ((acme, 60, -5), (bolt, 2, 9)):
        parts = {"fit": score, "engagement": 0, "intent": 0, "relationships": 0}
        AccountScore.objects.create(program=cast.program, account=account, score=score, **parts)
        AccountIntent.objects.create(
            program=cast.program,
            account=account,
            strength=40,
            change=change,
            topics=1,
            as_of=timezone.now().date(),
        )
    page = text(cast, "observer", f"accounts/?{asked}")
    found = {name for name in ("Acme", "Bolt", "Cloud") if f">{name}</a>" in page}
    assert found == expected


def test_an_owner_of_another_program_is_no_choice(cast: Cast) -> None:
    page = text(cast, "rep", f"accounts/?owner=person:{cast.stranger.pk}")
    assert "Zanzibar" not in page


def test_a_filter_that_nobody_can_read_is_told_and_the_others_count(cast: Cast) -> None:
    make.account(cast.program, "Acme", state="MA")
    make.account(cast.program, "Bolt", state="TX")
    shown = text(cast, "rep", "accounts/?verdict=match&score_min=abc&state=MA")
    assert "Not understood, and left out: Verdict, Account score, from." in shown
    assert 'href="?state=MA"' in shown
    assert (">Acme</a>" in shown, ">Bolt</a>" in shown) == (True, False)
    # The valid filter has its chip.
    assert 'href="?verdict=match&amp;score_min=abc"' in shown
    assert "Not understood" not in text(cast, "rep", "accounts/?state=MA&verdict=")


@pytest.mark.parametrize(
    "asked",
    [
        "employees_min=many",
        "state=XX",
        "after=nonsense",
        "sort=nonsense",
        "owner=person:abc",
        "q=%00",
        "metro=%00",
        "columns=nonsense",
        "employees_min=99999999999999999999999",
    ],
)
def test_nonsense_in_the_address_is_no_error(cast: Cast, asked: str) -> None:
    make.account(cast.program)
    text(cast, "rep", f"accounts/?{asked}")


def test_no_lead_is_a_nought(cast: Cast) -> None:
    make.account(cast.program)
    assert '<td class="num" data-label="Open leads">0</td>' in text(cast, "rep", "accounts/")


def test_chosen_columns_stay(cast: Cast) -> None:
    make.account(cast.program, source="A fair")
    assert "A fair" not in text(cast, "rep", "accounts/").partition("<tbody")[2]
    text(cast, "rep", "accounts/?columns=source")
    assert "A fair" in text(cast, "rep", "accounts/").partition("<tbody")[2]


def test_names_are_text(cast: Cast) -> None:
    nasty = '<script>alert("x")</script>'
    account = make.account(cast.program, nasty, city=nasty, industry=nasty)
    person = make.stakeholder(cast.program, account, first_name=nasty, title=nasty)
    for page in (
        "accounts/",
        f"accounts/?q={nasty}&{ALL_COLUMNS}",
        f"accounts/{account.pk}/",
        f"accounts/{account.pk}/edit/",
        "people/",
        f"people/{person.pk}/",
        "search/?q=<script>alert",
        "",
    ):
        assert "<script>alert" not in text(cast, "owner", page)


@pytest.mark.parametrize(
    ("asked", "choices"),
    [
        ("industries/like/?industry=Software+publ", {"5132"}),
        ("industries/like/?industry=5112", {"5132"}),
        ("industries/like/?industry=31-33", {"31-33"}),
        ("industries/like/?industry=", set()),
        ("metros/like/?metro=boston", {"14460"}),
        ("metros/like/?metro=+", set()),
    ],
)
def test_fields_of_words_offer_what_they_could_mean(
    cast: Cast, asked: str, choices: set[str]
) -> None:
    page = text(cast, "observer", f"accounts/{asked}")
    assert set(re.findall(r'<option value="([^"]+)">', page)) == choices


def test_the_filter_of_industries_leads_to_the_tree(cast: Cast) -> None:
    page = text(cast, "rep", "accounts/?state=TX&industry=51")
    assert f'{address(cast, "accounts/industries/")}?state=TX"' in page
    assert f'hx-get="{address(cast, "accounts/industries/like/")}"' in page


def test_the_file_holds_the_filtered_list(cast: Cast) -> None:
    make.account(cast.program, "=Evil", state="TX", city="Austin", domain="evil.example")
    make.account(cast.program, "Other", state="MA", city="Boston")
    make.account(cast.other_program, "Zanzibar", state="TX", city="Austin")
    reply = cast.client("observer").get(address(cast, "accounts/export/?state=TX"))
    head, *rows = lines(reply)
    assert head.startswith("Name,Domain,City")
    assert len(rows) == 1
    assert rows[0].startswith("'=Evil,evil.example,Austin,TX")
    assert "attachment" in reply["Content-Disposition"]


def test_the_file_says_how_good_an_account_is(cast: Cast) -> None:
    account, bare = make.account(cast.program, "Acme", **FITTING), make.account(cast.program, "B")
    AccountScore.objects.in_program(cast.program).delete()
    for each, score in ((account, 70), (bare, 0)):
        parts = {"fit": score, "engagement": 0, "intent": 0, "relationships": 0}
        AccountScore.objects.create(program=cast.program, account=each, score=score, **parts)
    AccountIntent.objects.create(
        program=cast.program,
        account=account,
        strength=61,
        change=5,
        topics=1,
        as_of=timezone.localdate(),
    )
    Target.objects.create(program=cast.program, account=account, tier=2, entered_at=timezone.now())
    for sort in ("score", "name"):
        file = cast.client("rep").get(address(cast, f"accounts/export/?sort={sort}"))
        rows = [
            tuple(row[name] for name in ("Verdict", "Score", "Tier", "Intent"))
            for row in csv.DictReader(lines(file))
        ]
        assert rows[0] == ("Match", "70", "2", "61")
        assert rows[1][1:] == ("0", "", "")


def test_the_file_goes_on_after_a_batch(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from alignment.workspace.accounts import queries as accounts

    monkeypatch.setattr(accounts, "EXPORT_BATCH", 2)
    for _ in range(5):
        make.account(cast.program)
    assert len(lines(cast.client("rep").get(address(cast, "accounts/export/")))) == 6


def test_the_page_of_an_account(cast: Cast) -> None:
    account = make.account(cast.program, "Acme", **FITTING)
    lead = hot_lead(account)
    page = text(cast, "rep", f"accounts/{account.pk}/")
    assert "Match" in page
    assert "200–5,000" in page
    assert "800–900" in page
    assert "What budget do they have?" in page
    assert str(lead.stakeholder) in page
    assert "Became MQL" in page
    assert "Pricing page" in page


def test_the_page_costs_the_same_for_one_person_and_three(cast: Cast) -> None:
    account = make.account(cast.program, **FITTING)
    hot_lead(account)
    one = queries(cast, "rep", f"accounts/{account.pk}/")
    hot_lead(account)
    hot_lead(account)
    assert queries(cast, "rep", f"accounts/{account.pk}/") == one
    assert one <= 15


def test_an_account_without_a_profile_in_force(cast: Cast) -> None:
    bare = make.program()
    make.member(bare, cast.rep, Role.OBSERVER)
    account = make.account(bare, "Lonely")
    reply = cast.client("rep").get(f"/p/{bare.slug}/accounts/{account.pk}/")
    assert "No profile is in force yet" in reply.content.decode()
    assert "Lonely" in cast.client("rep").get(f"/p/{bare.slug}/accounts/").content.decode()


EDIT = {"name": "Acme", "domain": "acme.example", "country": "US"}


def test_an_edit_shows_the_new_verdict(cast: Cast) -> None:
    account = make.account(cast.program, "Acme", domain="acme.example")
    page = address(cast, f"accounts/{account.pk}/")
    sent = EDIT | {
        "employees": "800-900",
        "revenue": "$80M-90M",
        "naics": "511210",
        "state": "MA",
        "city": "Boston",
    }
    reply = cast.client("rep").post(f"{page}edit/", sent, follow=True)
    assert reply.redirect_chain[-1][0] == page
    assert "Match" in reply.content.decode()
    account.refresh_from_db()
    assert (account.employees_low, account.employees_high) == (800, 900)
    assert account.revenue_high == 90_000_000
    event = JournalEvent.objects.in_program(cast.program).get(kind=JournalKind.ACCOUNT_CHANGED)
    assert event.actor == cast.rep


def test_an_unchanged_edit_changes_nothing(cast: Cast) -> None:
    account = make.account(cast.program, "Acme", technologies=["sap"], budget_usd=50_000, **FITTING)
    client = cast.client("rep")
    form = client.get(address(cast, f"accounts/{account.pk}/edit/")).context["form"]
    sent = {field.name: field.value() for field in form if field.value() is not None}
    sent = {name: form[name].field.prepare_value(value) for name, value in sent.items()}
    client.post(address(cast, f"accounts/{account.pk}/edit/"), sent)
    changed = JournalEvent.objects.in_program(cast.program)
    assert not changed.filter(kind=JournalKind.ACCOUNT_CHANGED).exists()


def test_wrong_facts_are_said_beside_their_field(cast: Cast) -> None:
    account = make.account(cast.program, "Acme", domain="acme.example")
    make.account(cast.program, "Other", domain="taken.example")
    url = address(cast, f"accounts/{account.pk}/edit/")
    sent = EDIT | {"employees": "lots", "domain": "taken.example", "naics": "no such thing"}
    reply = cast.client("rep").post(url, sent)
    assert reply.status_code == 422
    assert {"employees", "naics"} <= set(reply.context["form"].errors)
    reply = cast.client("rep").post(url, EDIT | {"domain": "taken.example"})
    assert reply.status_code == 422
    assert set(reply.context["form"].errors) <= {"domain", NON_FIELD_ERRORS}


def test_htmx_gets_the_form_alone(cast: Cast) -> None:
    account = make.account(cast.program)
    form = text(cast, "rep", f"accounts/{account.pk}/edit/", **{"HX-Request": "true"})
    assert "<form" in form
    assert "<html" not in form


def test_a_new_account(cast: Cast) -> None:
    url = address(cast, "accounts/new/")
    cast.client("marketer").post(url, EDIT | {"employees": "500"})
    account = Account.objects.in_program(cast.program).get(domain="acme.example")
    assert account.employees_low == 500


def test_an_account_that_exists_is_shown_and_not_written(cast: Cast) -> None:
    account = make.account(cast.program, "Acme", domain="acme.example", city="Boston")
    sent = EDIT | {"name": "Acme Two", "city": "Austin", "employees": "500"}
    reply = cast.client("marketer").post(address(cast, "accounts/new/"), sent)
    assert reply.status_code == 409
    page = reply.content.decode()
    assert "This account exists already" in page
    assert address(cast, f"accounts/{account.pk}/") in page
    assert 'value="Acme Two"' in page
    account.refresh_from_db()
    assert (account.name, account.city, account.employees_low) == ("Acme", "Boston", None)


def test_observers_only_read(cast: Cast) -> None:
    account = make.account(cast.program, "Acme")
    assert "Edit facts" not in text(cast, "observer", f"accounts/{account.pk}/")
    for page in (f"accounts/{account.pk}/edit/", "accounts/new/"):
        assert cast.client("observer").post(address(cast, page), EDIT).status_code == 403
    account.refresh_from_db()
    assert account.domain != "acme.example"


def test_another_program_does_not_exist(cast: Cast) -> None:
    theirs = make.account(cast.other_program, "Zanzibar Spices")
    for page in (f"accounts/{theirs.pk}/", f"accounts/{theirs.pk}/edit/"):
        assert cast.client("owner").get(address(cast, page)).status_code == 404
    assert "Zanzibar Spices" not in text(cast, "owner", "accounts/")
    assert Verdict.objects.in_program(cast.other_program).count() == 1


@pytest.mark.parametrize("sort", ["name", "grade", "employees", "changed", "hottest"])
@pytest.mark.parametrize("counted", [0, 1_000])
def test_few_accounts_and_many_come_in_the_same_order(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, sort: str, counted: int
) -> None:
    """Few accounts are selected by key, many by walking the index of the order."""
    for name, state, size in (("Acme", "MA", 30), ("Bolt", "TX", 20), ("Cloud", "MA", 10)):
        facts = {**FITTING, "employees_low": size, "employees_high": size, "state": state}
        hot_lead(make.account(cast.program, name, domain=f"{name}.example".lower(), **facts))
    monkeypatch.setattr("alignment.workspace.accounts.queries.COUNT_UP_TO", counted)
    page = text(cast, "rep", f"accounts/?state=MA&sort={sort}").partition("<tbody")[2]
    found = [name for name in ("Acme", "Bolt", "Cloud") if f">{name}</a>" in page]
    assert found == ["Acme", "Cloud"]
    first_is_acme = page.index(">Acme</a>") < page.index(">Cloud</a>")
    assert first_is_acme == (sort in ("name", "employees"))


def test_an_account_with_closed_leads_alone_is_without_an_open_one(cast: Cast) -> None:
    account = make.account(cast.program, "Acme")
    lead = make.lead(cast.program, make.stakeholder(cast.program, account))
    assert ">Acme</a>" not in text(cast, "rep", "accounts/?leads=none")
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(
        stage=Stage.LOST, closed_at=timezone.now()
    )
    assert ">Acme</a>" in text(cast, "rep", "accounts/?leads=none")
    assert ">Acme</a>" not in text(cast, "rep", "accounts/?leads=open")
