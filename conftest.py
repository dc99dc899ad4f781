"""What every test may use."""

import gc
import os
from typing import Any

import hypothesis
import pytest
from _pytest import runner
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.template import Context
from django.template.base import Template
from django.test import TransactionTestCase
from django.test.signals import template_rendered
from template_partials.templatetags.partials import TemplateProxy

from tests.emptied import empty

pytest_plugins = ["tests.database", "tests.standing", "tests.turns"]

# How busy the machine is decides nothing. What decides whether main moves tries the same examples
# each time; everybody else explores.
CALM: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [hypothesis.HealthCheck.too_slow],
}
hypothesis.settings.register_profile("usual", **CALM)
hypothesis.settings.register_profile("ci", derandomize=True, **CALM)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "usual")


def pytest_configure() -> None:
    # The browser journeys run with the real ones.
    settings.STORAGES["staticfiles"]["BACKEND"] = "tests.static_files.PlainStaticFiles"
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 64


@pytest.fixture(scope="session", autouse=True)
def _emptied_our_way() -> Any:
    """After a transactional test; what migrations load (industries, places) stays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty())
        yield


def _render(template: Template | TemplateProxy, context: Context) -> str:
    """Tells of the page, not of each of the hundreds of pieces that it includes."""
    if context.template is template:
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


@pytest.fixture(scope="session", autouse=True)
def _contexts_of_pages(django_test_environment: None) -> Any:
    """The test client copies the context of each template that it is told of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", _render)
        patch.setattr(TemplateProxy, "_render", _render)
        yield


def pytest_collection_finish() -> None:
    """What is loaded by now stays; looking through it again and again took a tenth of the time and more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)


def pytest_sessionfinish() -> None:
    """What is left ends with the process: pytest would look through all of it five times."""
    gc.freeze()


def _run_test(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    return bool(runner.pytest_runtest_protocol(item, nextitem))


# CPython maps another page for its frames whenever calls go deeper than the current one, and unmaps it
# when they return: a loop around that depth spends a tenth of its time so. A frame that claims much
# gets a page with room for all calls within it.
_run_test.__code__ = _run_test.__code__.replace(co_stacksize=150_000)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    return _run_test(item, nextitem)
