"""Requests to the outside, against a real TLS server on this machine."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from alignment.core.outside import wire
from alignment.core.outside.addresses import Refused, is_public
from alignment.core.outside.wire import INTERNET, NotSent, post
from tests.receiver import HOST, Receiver, Reply, make_certificates, network_to, receiver


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[Receiver]:
    with receiver(tmp_path) as found:
        yield found


def test_a_message_arrives(hook: Receiver) -> None:
    answer = post(hook.url + "?a=1", b"{}", {"X-Mine": "yes"}, network=hook.network)
    assert answer.accepted
    (request,) = hook.requests
    assert (request.path, request.body) == ("/hook?a=1", b"{}")
    assert request.headers["x-mine"] == "yes"
    assert request.headers["host"] == f"{HOST}:{hook.port}"


def test_the_name_is_looked_up_once_and_its_address_is_called(hook: Receiver) -> None:
    """A second lookup (DNS rebinding) would give another address, but there is none."""
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    assert post(hook.url, b"", {}, network=replace(hook.network, look_up=rebinding)).accepted
    assert asked == [HOST]


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["::1"],
        ["169.254.169.254"],
        ["93.184.216.34", "10.0.0.1"],
        ["::ffff:8.8.8.8"],
    ],
)
def test_a_name_with_a_private_address_is_not_called(hook: Receiver, found: list[str]) -> None:
    network = replace(hook.network, look_up=lambda _host, _port: found, allows=is_public)
    with pytest.raises(NotSent, match=f"private address: {HOST}"):
        post(hook.url, b"", {}, network=network)
    assert hook.requests == []


def test_what_is_used_without_saying_otherwise_is_strict() -> None:
    assert INTERNET.allows is is_public
    assert INTERNET.look_up is wire.look_up
    context = INTERNET.trust()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    with pytest.raises(Refused):
        post("https://127.0.0.1/", b"", {})
    with pytest.raises(NotSent, match="not known"):
        post("https://nowhere.invalid/", b"", {})


def test_a_name_that_leads_here_is_not_called(hook: Receiver) -> None:
    """Uses the real resolver's answer for this machine and the real rule."""
    network = replace(
        hook.network,
        look_up=lambda _host, port: wire.look_up("localhost", port),
        allows=is_public,
    )
    with pytest.raises(NotSent, match="private address"):
        post(hook.url, b"", {}, network=network)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(hook: Receiver, status: int) -> None:
    hook.reply = lambda _request: Reply(status, {"Location": hook.url})
    answer = post(hook.url, b"", {}, network=hook.network)
    assert (answer.status, answer.accepted) == (status, False)
    assert len(hook.requests) == 1


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    with receiver(tmp_path, host="other.example") as other:
        with pytest.raises(NotSent, match="certificate is not valid"):
            post(other.url, b"", {}, network=other.network)
        assert other.requests == []


def test_an_unknown_authority_is_refused(hook: Receiver, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    stranger, _own = make_certificates(tmp_path / "b", HOST)
    with pytest.raises(NotSent, match="certificate is not valid"):
        post(hook.url, b"", {}, network=network_to(hook.port, str(stranger)))


def test_nobody_listens(hook: Receiver) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        network = network_to(port, str(hook.ca_file))
        with pytest.raises(NotSent, match="connection failed: Connection refused"):
            post(f"https://{HOST}:{port}/", b"", {}, network=network)


def test_the_next_address_is_tried(hook: Receiver) -> None:
    network = replace(hook.network, look_up=lambda _host, _port: ["127.0.0.2", "127.0.0.1"])
    assert post(hook.url, b"", {}, network=network).accepted


def test_the_answer_is_read_in_part(hook: Receiver) -> None:
    hook.reply = lambda _request: Reply(
        500, {"Retry-After": "7"}, b"no \x1b[31m\r\n way" + b"x" * 10**6
    )
    answer = post(hook.url, b"", {}, network=hook.network)
    assert answer.excerpt.startswith("no [31m way")
    assert len(answer.excerpt) < 3_000
    assert answer.retry_after == "7"


def test_a_silent_receiver(hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "READ_SECONDS", 0.3)
    hook.reply = lambda _request: Reply(delay=2)
    with pytest.raises(NotSent, match="No answer in time"):
        post(hook.url, b"", {}, network=hook.network)


def drip(listener: socket.socket, context: ssl.SSLContext, *, handshake: bool) -> None:
    """Sends one byte now and then, so that no single read waits long."""
    raw, _peer = listener.accept()
    try:
        peer: socket.socket = context.wrap_socket(raw, server_side=True) if handshake else raw
        for _step in range(100):
            peer.sendall(b"H" if handshake else b"\x16")
            time.sleep(0.1)
    except OSError:
        pass


@pytest.mark.parametrize("handshake", [True, False])
def test_a_receiver_that_drips_is_cut_off(
    hook: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handshake: bool
) -> None:
    monkeypatch.setattr(wire, "TOTAL_SECONDS", 0.8)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / f"{HOST}.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        threading.Thread(
            target=drip, args=(listener, context), kwargs={"handshake": handshake}, daemon=True
        ).start()
        start = time.monotonic()
        with pytest.raises(NotSent):
            post(f"https://{HOST}:{port}/", b"", {}, network=network_to(port, str(hook.ca_file)))
        assert time.monotonic() - start < 3


def test_headers_cannot_be_smuggled(hook: Receiver) -> None:
    with pytest.raises(ValueError, match="header value"):
        post(hook.url, b"", {"X": "a\r\nY: b"}, network=hook.network)
