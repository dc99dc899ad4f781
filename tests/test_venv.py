"""Which Python the virtual environment uses."""

import importlib.util
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

import pytest

THERE = Path(__file__).parent.parent / "tools" / "venv.py"
SYSTEM = "/usr/bin/python3"


@pytest.fixture
def venv(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.delenv("PYTHON", raising=False)
    spec = importlib.util.spec_from_file_location("venv_tool", THERE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("built", "system_is_whole", "named", "chosen"),
    [
        ("'--enable-shared'", True, False, SYSTEM),
        ("'--enable-shared'", True, True, sys.executable),
        ("'--enable-shared'", False, False, sys.executable),
        ("'--enable-optimizations' '--with-lto'", True, False, sys.executable),
        (None, True, False, SYSTEM),
    ],
)
def test_a_slow_build_gives_way_to_the_systems_own(
    venv: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    built: str | None,
    system_is_whole: bool,
    named: bool,
    chosen: str,
) -> None:
    def new_enough(python: str, need: str = "sys") -> bool:
        assert (python, need) == (SYSTEM, "ensurepip")
        return system_is_whole

    monkeypatch.setattr(sysconfig, "get_config_var", lambda _name: built)
    monkeypatch.setattr(venv, "new_enough", new_enough)
    if named:
        monkeypatch.setenv("PYTHON", sys.executable)
    assert venv.find_python() == chosen


def test_a_python_that_is_not_there_is_not_new_enough(venv: ModuleType, tmp_path: Path) -> None:
    assert venv.new_enough(sys.executable)
    assert venv.new_enough(sys.executable, need="ensurepip")
    assert not venv.new_enough(sys.executable, need="no_such_module")
    assert not venv.new_enough(str(tmp_path / "python"))
