"""The internal pages: building, publishing and sharing calculators, and visits to sent pages."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.roi.actions.visiting import note_visit
from campaigns.roi.defaults import LATE_LEADS
from campaigns.roi.forms import Editor
from campaigns.roi.models import Calculator, RoiShare, RoiVisit
from campaigns.roi.queries.pages import calculator_rows, share_rows
from tests.cast import Cast
from tests.markup import tight

from . import scenes

pytestmark = pytest.mark.django_db


def posted(**changes: str) -> dict[str, str]:
    """The data that a browser submits from the editor with the shipped calculator."""
    editor, data = Editor(name="Late leads", content=LATE_LEADS), {}
    for form in (editor.form, *editor.inputs, *editor.formulas):
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = "on" if value is True else str(value)
    for rows in (editor.inputs, editor.formulas):
        data |= {field.html_name: str(field.value()) for field in rows.management_form}
    return data | changes


def home(cast: Cast) -> str:
    return f"/p/{cast.program.slug}/roi/"


def test_a_calculator_is_copied_published_and_shared(cast: Cast) -> None:
    client: Client = cast.client("marketer")
    text = client.get(home(cast)).content.decode()
    assert "What late leads cost" in text
    assert re.search(r'href="[^"]*/content/"[^>]*aria-current="page"', text)
    assert (
        "late_leads * win_rate" in client.get(home(cast) + "new/?from=late-leads").content.decode()
    )
    made = client.post(home(cast) + "new/", posted())
    row = Calculator.objects.in_program(cast.program).get()
    assert made["Location"] == f"{home(cast)}{row.pk}/"
    assert row.versions.get().said == LATE_LEADS
    assert "Publish version 1" in client.get(made["Location"]).content.decode()
    client.post(made["Location"] + "publish/")
    company, person = scenes.prospect(cast)
    found = client.get(home(cast) + "share/?q=casc").content.decode()
    assert f"?account={company.pk}" in found
    sent = {"calculator": row.pk, "stakeholder": person.pk, "sender": "Hexalog"}
    answer = client.post(
        f"{home(cast)}share/?account={company.pk}", sent | {"language": "fr", "days": "14"}
    )
    share = RoiShare.objects.in_program(cast.program).get()
    assert (share.stakeholder, share.language, share.created_by) == (person, "fr", cast.marketer)
    assert "shown once" in answer.content.decode()
    assert "Make another" in answer.content.decode()
    assert "Make the page" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    address = re.search(r'value="https?://[^/]+(/roi/[\w-]{43}/)"', answer.content.decode())
    assert address
    assert client.get(address[1]).status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("formulas-1-expression", "late_leads * price", "Nothing above is called “price”."),
        ("inputs-0-default", "-5", "Between the least and the most."),
        ("inputs-0-default", "nan", "Enter a number."),
        ("title_en", " ", "This field is required."),
        ("inputs-1-label_en", "", "Say it in English."),
        ("inputs-1-high", "", "This field is required."),
        ("inputs-1-key", "leads", "Something above is called so."),
        ("name", "", "This field is required."),
    ],
)
def test_mistakes_show_at_their_field(cast: Cast, field: str, value: str, told: str) -> None:
    answer = cast.client("marketer").post(home(cast) + "new/", posted(**{field: value}))
    assert answer.status_code == 422
    # The text up to the start of the next field.
    around = answer.content.decode().partition(f'name="{field}"')[2].partition('class="field"')[0]
    assert told in around
    assert not Calculator.objects.in_program(cast.program).exists()


def test_a_row_is_removed_and_another_added_without_losing_what_was_typed(cast: Cast) -> None:
    client = cast.client("marketer")
    text = client.post(home(cast) + "new/", posted(add="inputs", title_en="Typed")).content.decode()
    assert 'name="inputs-7-key"' in text
    assert 'value="Typed"' in text
    assert "field__error" not in text
    client.post(home(cast) + "new/", posted(**{"formulas-4-DELETE": "on"}))
    content = Calculator.objects.in_program(cast.program).get().versions.get().said
    assert [each.key for each in content.formulas] == ["late_leads", "lost", "net", "return_rate"]


def test_a_button_removes_a_row_and_keeps_what_was_typed(cast: Cast) -> None:
    client = cast.client("marketer")
    shown = client.get(home(cast) + "new/?from=late-leads").content.decode()
    assert re.search(r'<button[^>]* name="remove" value="inputs:0"', shown)
    assert re.search(r'<button[^>]* name="remove" value="formulas:3"', shown)
    # Enter in a field presses the first button, which must save and not remove a row.
    first = re.search(r"<button[^>]*>", shown.partition('id="roi-form"')[2])
    assert first
    assert "name=" not in first[0]
    new = {"formulas-5-label_en": "Moved up", "formulas-5-expression": "lost"}
    answer = client.post(home(cast) + "new/", posted(remove="formulas:3", title_en="Typed", **new))
    editor = answer.context["editor"]
    assert (answer.status_code, Calculator.objects.in_program(cast.program).count()) == (200, 0)
    assert [form["key"].value() for form in editor.formulas][:3] == ["late_leads", "lost", "net"]
    assert editor.formulas[4]["label_en"].value() == "Moved up"
    assert (len(editor.formulas), editor.form["title_en"].value()) == (5, "Typed")
    # There is no such row, so none is removed.
    again = client.post(home(cast) + "new/", posted(remove="formulas:99")).context["editor"]
    assert len(again.formulas) == len(LATE_LEADS.formulas) + 1
    saved = {field: str(value) for field, value in answer.context["editor"].form.data.items()}
    saved.pop("remove")
    assert client.post(home(cast) + "new/", saved).status_code == 302
    content = Calculator.objects.in_program(cast.program).get().versions.get().said
    keys = [each.key for each in content.formulas]
    assert keys == ["late_leads", "lost", "net", "payback", "moved_up"]


def test_results_show_once_beside_the_editor(cast: Cast) -> None:
    text = cast.client("marketer").post(home(cast) + "preview/", posted()).content.decode()
    assert text.count("$480,000") == 1
    assert text.count("roi-chart__track") >= 2


def test_what_is_used_was_opened(cast: Cast) -> None:
    """A visit that is stored as a use only must count as an opening, too."""
    row, (company, person) = scenes.calculator(cast), scenes.prospect(cast)
    share = scenes.shared(cast, row, company, person).share
    scenes.shared(cast, row, company, person)
    for _number in range(3):
        note_visit(share=share, kind=RoiVisit.Kind.USED, at=timezone.now(), values={"leads": 5})
    (line,) = calculator_rows(cast.program, is_retired=False)
    assert (line.pages, line.opened, line.used) == (2, 1, 1)
    rows, _older = share_rows(row)
    assert [(each.opened, each.used, each.progress) for each in rows] == [
        (0, 0, "unopened"),
        (3, 3, "used"),
    ]
    assert "Used: those of them on which" in cast.client("rep").get(home(cast)).content.decode()


def test_the_preview_follows_the_form_and_writes_nothing(cast: Cast) -> None:
    client = cast.client("marketer")
    text = client.post(home(cast) + "preview/", posted()).content.decode()
    assert "$480,000" in text
    assert "hidden" in text
    wrong = client.post(home(cast) + "preview/", posted(**{"formulas-1-expression": "1 +"}))
    assert "Result 2: The formula is not complete here. (character 4)" in wrong.content.decode()
    assert not Calculator.objects.in_program(cast.program).exists()


def test_what_happened_on_a_page_shows_on_ours(cast: Cast) -> None:
    row, (company, person) = scenes.calculator(cast), scenes.prospect(cast)
    share = scenes.shared(cast, row, company, person).share
    note_visit(share=share, kind=RoiVisit.Kind.OPENED, at=timezone.now())
    values = {each.key: each.default for each in LATE_LEADS.inputs} | {"leads": 321}
    note_visit(share=share, kind=RoiVisit.Kind.USED, at=timezone.now(), values=values)
    text = tight(cast.client("rep").get(f"{home(cast)}{row.pk}/").content.decode())
    for words in ("Cascade Robotics", "opened 2 times, 1 of them with", "321", "40%"):
        assert words in text
    cast.client("rep").post(f"{home(cast)}shares/{share.pk}/revoke/")
    assert "closed" in cast.client("rep").get(f"{home(cast)}{row.pk}/").content.decode()
    cast.client("rep").post(f"{home(cast)}{row.pk}/retire/")
    assert "Late leads" not in cast.client("rep").get(home(cast)).content.decode()
    assert "Late leads" in cast.client("rep").get(home(cast) + "?show=retired").content.decode()


def test_an_observer_looks_and_does_not_touch(cast: Cast) -> None:
    row, watcher = scenes.calculator(cast), cast.client("observer")
    assert watcher.get(f"{home(cast)}{row.pk}/").status_code == 200
    assert f"{home(cast)}share/" not in watcher.get(f"{home(cast)}{row.pk}/").content.decode()
    for address in ("new/", "share/", f"{row.pk}/edit/"):
        assert watcher.get(home(cast) + address).status_code == 403
    assert watcher.post(f"{home(cast)}{row.pk}/publish/").status_code == 403


def test_lists_take_as_many_statements_for_three_rows_as_for_one(cast: Cast) -> None:
    client, (company, person) = cast.client("marketer"), scenes.prospect(cast)
    first = scenes.calculator(cast, name="A")
    pages = (home(cast), f"{home(cast)}{first.pk}/", f"{home(cast)}share/?account={company.pk}")

    def visited(row: Calculator) -> None:
        share = scenes.shared(cast, row, company, person).share
        note_visit(share=share, kind=RoiVisit.Kind.USED, at=timezone.now(), values={"leads": 5})

    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    visited(first)
    statements(pages[0])
    before = [statements(address) for address in pages]
    for name in ("B", "C"):
        visited(scenes.calculator(cast, name=name))
        visited(first)
    assert [statements(address) for address in pages] == before


def test_a_model_that_counts_no_pages_is_said_and_put_right_in_a_draft(cast: Cast) -> None:
    scenes.calculator(cast)
    root = f"/p/{cast.program.slug}"
    assert "gives points for it" not in cast.client("rep").get(f"{root}/roi/").content.decode()
    scenes.sign_model_without_roi(cast)
    page = cast.client("rep").get(f"{root}/roi/").content.decode()
    assert "no rule of your scoring model gives points for it" in page
    assert "Put rules into a draft" not in page
    assert cast.client("rep").post(f"{root}/roi/score/").status_code == 403
    manager = cast.client("marketing_manager")
    assert "Put rules into a draft" in manager.get(f"{root}/roi/").content.decode()
    told = manager.post(f"{root}/roi/score/", follow=True)
    assert "ROI page used" in told.content.decode()
