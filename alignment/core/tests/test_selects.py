"""Selects look like Django's, without its two templates for each option."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template.loader_tags import IncludeNode
from django.test import SimpleTestCase
from django.utils.safestring import SafeString

CHOICES = [
    ("", "Nobody"),
    ("Teams", [(f"team:{n}", f"Team <{n}>") for n in range(3)]),
    ("People", [(n, f"Person {n}") for n in range(200)]),
]


class OwnersForm(forms.Form):
    owner = forms.ChoiceField(choices=CHOICES, initial="team:1", disabled=True)
    owners = forms.MultipleChoiceField(choices=CHOICES, initial=[3, "team:2"])


@pytest.mark.parametrize("name", ["owner", "owners"])
def test_as_django_shows_it(name: str) -> None:
    ours, theirs = OwnersForm()[name], OwnersForm(renderer=DjangoTemplates())[name]
    SimpleTestCase().assertHTMLEqual(str(ours), str(theirs))


def test_an_option_is_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    included: list[IncludeNode] = []
    real = IncludeNode.render

    def counted(node: IncludeNode, context: Any) -> SafeString:
        included.append(node)
        return real(node, context)

    monkeypatch.setattr(IncludeNode, "render", counted)
    assert str(OwnersForm()["owner"]).count("<option") == 204
    assert len(included) == 1
