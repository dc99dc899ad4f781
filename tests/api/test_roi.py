"""`/roi-calculators/` and `/roi-pages/`: built, shared and closed over the API."""

from typing import Any

import pytest
from django.test import Client

from campaigns.roi.defaults import LATE_LEADS
from campaigns.roi.models import Calculator, RoiShare
from campaigns.roi.tests import scenes
from tests import cast as play
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db
WORDS = {"en": "Leads", "fr": "Leads"}


def sent(**changes: Any) -> dict[str, Any]:
    content = {
        "title": {"en": "What it brings", "fr": "Ce que cela rapporte"},
        "inputs": [
            {"key": "leads", "label": WORDS, "unit": "number", "default": 10, "min": 1, "max": 99}
        ],
        "formulas": [
            {"key": "worth", "label": WORDS, "unit": "money", "expression": "leads * 1000"}
        ],
    } | changes
    return {"name": "Worth", "content": content}


def test_from_a_draft_to_a_page_that_a_prospect_uses(api: Api, cast: Cast) -> None:
    company, person = scenes.prospect(cast)
    made = api.post("roi-calculators/", sent())
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    page = {
        "calculator_id": number,
        "account_id": company.pk,
        "sender": "Hexalog",
        "language": "fr",
    }
    told = problem(api.post("roi-pages/", page), 422)
    assert pointers(told) == ["/calculator_id"]
    published = api.post(f"roi-calculators/{number}/publish/", {}).json()
    assert published["versions"][0]["published_at"]
    shared = api.post("roi-pages/", page | {"stakeholder_id": person.pk, "days": 5})
    assert shared.status_code == 201, shared.content
    address = shared.json()["address"]
    path = "/" + address.split("/", 3)[3]
    prospect = Client(headers=scenes.BROWSER)
    assert "10\u202f000" in prospect.get(path).content.decode().replace("\u00a0", "\u202f")
    prospect.get(path, {"leads": "20"})
    (listed,) = api.get(f"roi-pages/?account_id={company.pk}").json()["items"]
    assert address.rsplit("/", 2)[1] not in str(listed)
    assert {(v["kind"], v["times"]) for v in listed["visits"]} == {("opened", 1), ("used", 1)}
    assert listed["visits"][-1]["values"] == {"leads": 20} or listed["visits"][0]["values"]
    closed = api.post(f"roi-pages/{listed['id']}/revoke/", {}).json()
    assert closed["revoked_at"]
    assert prospect.get(path).status_code == 404


def test_what_is_published_stays_and_a_new_draft_stands_above_it(api: Api, cast: Cast) -> None:
    number = api.post("roi-calculators/", sent()).json()["id"]
    api.post(f"roi-calculators/{number}/publish/", {})
    other = {"key": "worth", "label": WORDS, "unit": "money", "expression": "leads * 2"}
    changed = api.put(f"roi-calculators/{number}/", sent(formulas=[other])).json()
    found = [(v["number"], v["content"]["formulas"][0]["expression"]) for v in changed["versions"]]
    assert found == [(2, "leads * 2"), (1, "leads * 1000")]
    assert api.patch(f"roi-calculators/{number}/", {"is_retired": True}).json()["retired_at"]
    assert api.get("roi-calculators/?is_retired=false").json()["items"] == []


def test_nonsense_is_refused_where_it_stands(api: Api, cast: Cast) -> None:
    formula = {"key": "worth", "label": WORDS, "unit": "money", "expression": "leads * price"}
    bounds = {"key": "leads", "label": WORDS, "unit": "number", "default": 5, "min": 9, "max": 9}
    told = problem(api.post("roi-calculators/", sent(inputs=[bounds], formulas=[formula])), 422)
    assert pointers(told) == ["/content/inputs/0/max", "/content/formulas/0/expression"]
    assert "(character 9)" in told["errors"][1]["detail"]
    huge = bounds | {"min": 0, "max": 1e300}
    told = problem(api.post("roi-calculators/", sent(inputs=[huge])), 422)
    assert pointers(told) == ["/content/inputs/0/max"]
    problem(api.post("roi-calculators/", sent(inputs=[])), 422)
    assert not Calculator.objects.in_program(cast.program).exists()


def test_another_programs_rows_do_not_exist(api: Api, cast: Cast) -> None:
    row = scenes.calculator(cast, LATE_LEADS)
    theirs = play.account(cast.other_program)
    page = {"calculator_id": row.pk, "account_id": theirs.pk, "sender": "H", "language": "en"}
    assert pointers(problem(api.post("roi-pages/", page), 422)) == ["/account_id"]
    assert not RoiShare.objects.across_programs().exists()
