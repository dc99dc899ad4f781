"""The data folder, and its error messages."""

import errno
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from alignment.config.local.folder import DataFolder
from alignment.config.local.postgres import memory_settings
from alignment.config.local.problems import StartProblem, explain
from alignment.config.local.run import chosen_port

GIGABYTE = 1024**3


def test_only_one_holder_at_a_time(tmp_path: Path) -> None:
    first, second = DataFolder(tmp_path), DataFolder(tmp_path)
    first.open()
    with pytest.raises(StartProblem, match="already runs on the data folder"):
        second.open()
    first.close()
    second.open()
    second.close()


def test_a_secret_and_a_port_are_remembered(tmp_path: Path) -> None:
    secret = DataFolder(tmp_path).secret("django")
    port = DataFolder(tmp_path).port("postgres")
    assert DataFolder(tmp_path).secret("django") == secret
    assert len(secret) >= 50
    assert DataFolder(tmp_path).port("postgres") == port


def test_a_taken_port_is_replaced_and_the_new_one_remembered(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    port = folder.port("valkey")
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        replacement = folder.port("valkey")
        assert replacement != port
    assert folder.port("valkey") == replacement


def test_a_full_disk_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nearly_full(_path: Any) -> Any:
        return shutil._ntuple_diskusage(GIGABYTE, GIGABYTE, 3 * 1024**2)

    monkeypatch.setattr(shutil, "disk_usage", nearly_full)
    folder = DataFolder(tmp_path)
    with pytest.raises(StartProblem, match="full: 3 MB are free and Entente needs 600 MB"):
        folder.open()
    folder.close()


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(StartProblem, match="is not a folder"):
        DataFolder(file).open()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EACCES, "No permission"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "The operating system refused"),
    ],
)
def test_each_refusal_of_the_system_is_one_sentence(number: int, words: str) -> None:
    sentence = explain(OSError(number, "said so", "/data"))
    assert words in sentence
    assert "/data" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("text", ["0", "65536", "eighty", "-1", "8000.5"])
def test_a_port_that_is_none_is_said(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(StartProblem, match="PORT must be a number"):
        chosen_port()


@pytest.mark.parametrize(
    ("total", "buffers"),
    [
        (GIGABYTE // 4, "64MB"),
        (2 * GIGABYTE, "256MB"),
        (4 * GIGABYTE, "512MB"),
        (8 * GIGABYTE, "2048MB"),
        (64 * GIGABYTE, "16384MB"),
    ],
)
def test_buffers_follow_the_memory(total: int, buffers: str) -> None:
    assert memory_settings(total)["shared_buffers"] == buffers
