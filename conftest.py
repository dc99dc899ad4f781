"""What every test may use."""

import os
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db.backends.base.introspection import BaseDatabaseIntrospection

pytest_plugins = ["tests.standing"]

# What decides whether main moves tries the same examples each time; everybody else explores.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")


def pytest_configure() -> None:
    # Without `collectstatic` there is no manifest; the browser journeys run with the real one.
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )


@pytest.fixture(scope="session", autouse=True)
def _reference_data_stays() -> Any:
    """What migrations load (industries, places) outlives the flush after a transactional test."""
    every_table = BaseDatabaseIntrospection.django_table_names

    def without_reference(self: Any, *args: Any, **kwargs: Any) -> list[str]:
        names: list[str] = every_table(self, *args, **kwargs)
        return [name for name in names if not name.startswith("reference_")]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseIntrospection, "django_table_names", without_reference)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; browser journeys last: their event loop and their server stay with a worker."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    path = item.path.as_posix()
    if "/tests/browser/" in path:
        return 2 if path.endswith("test_accessibility.py") else 3
    return 0 if path.endswith("tests/test_isolation.py") else 1
