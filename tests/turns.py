"""The order of the tests: two xdist workers finish together, and each waits as little as possible.

Files stay whole, because their module fixtures are expensive. Long files whose tests share nothing
are split up test by test.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

# Minutes of instances starting and stopping: mostly waiting, without need for the test database,
# which the other worker builds meanwhile.
WAITING = "config/local/tests/test_supervisor.py"
DEALT_OUT = (
    "tests/test_isolation.py",
    "tests/test_roles.py",
    "tests/browser/test_accessibility.py",
)
JOURNEYS = "tests/browser/"
LONG_JOURNEY = "::test_no_page_has_violations["


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest first; browser journeys last, as their event loop and server stay in the worker."""
    items.sort(key=lambda item: turn(item.nodeid))


def turn(nodeid: str) -> int:
    path = nodeid.partition("::")[0]
    if path.startswith(JOURNEYS):
        return 3 if LONG_JOURNEY in nodeid else 4
    if path.endswith(WAITING):
        return 0
    return 1 if path in DEALT_OUT else 2


class Turns(LoadFileScheduling):
    """File by file in the order of `turn`, and test by test where that is safe."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return nodeid if path in DEALT_OUT else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Turns | None:
    return Turns(config, log) if config.getvalue("dist") == "loadfile" else None
