"""One HTTPS request to a URL that a user typed in.

The name is looked up once and every address it has must be public; the connection goes to exactly
such an address while TLS verifies the host name. A name that changes its answer between check and
call (DNS rebinding) therefore gains nothing. Redirects are not followed and no proxy is used.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache

import certifi
from django.utils.translation import gettext_noop

from .addresses import PORTS, Target, is_public, read_url

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
# Overall limit, which ends a receiver that drips bytes. Callers lease a message for longer.
TOTAL_SECONDS = 20.0
MOST_ADDRESSES = 4
MOST_READ = 2_048
AGENT = "Entente/1.0"


# Why no answer came: translatable sentences, followed by a detail that is not translated.
BAD_CERTIFICATE = gettext_noop("The certificate is not valid")
NOT_SECURE = gettext_noop("No secure connection")
NO_ANSWER = gettext_noop("No answer in time")
NO_CONNECTION = gettext_noop("The connection failed")
UNKNOWN_NAME = gettext_noop("The name is not known")
PRIVATE_ADDRESS = gettext_noop("The name leads to a private address")


class NotSent(Exception):
    """No answer came. The message is one of the sentences above, then what the other side said."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(f"{sentence}: {detail}" if detail else sentence)


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply. `excerpt` is the beginning of the body of a refusal."""

    status: int
    retry_after: str = ""
    excerpt: str = ""

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the system resolves them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@cache
def trust() -> ssl.SSLContext:
    """TLS 1.2 or later, with certificates of public authorities."""
    return ssl.create_default_context(cafile=certifi.where())


@dataclass(frozen=True, slots=True)
class Network:
    """How the outside is reached. Only tests, whose receivers run on this machine, use another."""

    look_up: Callable[[str, int], Sequence[str]] = look_up
    allows: Callable[[str], bool] = is_public
    trust: Callable[[], ssl.SSLContext] = trust
    ports: frozenset[int] = field(default=PORTS)


INTERNET = Network()


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, network: Network = INTERNET
) -> Answer:
    """POST `body`. Raises `Refused` if the URL may not be called, `NotSent` if no answer came."""
    target = read_url(url, ports=network.ports)
    addresses = _addresses(target, network)
    try:
        with (
            _deadline(TOTAL_SECONDS) as watch,
            closing(_connect(addresses, target.port)) as raw,
            network.trust().wrap_socket(
                raw, server_hostname=target.host, do_handshake_on_connect=False
            ) as secured,
        ):
            watch(secured)
            secured.do_handshake()
            secured.settimeout(READ_SECONDS)
            return _exchange(secured, target, body, headers)
    except ssl.SSLCertVerificationError as error:
        raise NotSent(BAD_CERTIFICATE, error.verify_message) from None
    except ssl.SSLError as error:
        raise NotSent(NOT_SECURE, error.reason or "") from None
    except TimeoutError:
        raise NotSent(NO_ANSWER) from None
    except (OSError, http.client.HTTPException) as error:
        raise NotSent(
            NO_CONNECTION, error.strerror or "" if isinstance(error, OSError) else ""
        ) from None


def _addresses(target: Target, network: Network) -> list[str]:
    try:
        found = list(network.look_up(target.host, target.port))
    except (OSError, UnicodeError):
        raise NotSent(UNKNOWN_NAME, target.host) from None
    if not found:
        raise NotSent(UNKNOWN_NAME, target.host)
    # A private address among public ones is reason enough to refuse the name.
    if not all(network.allows(address) for address in found):
        raise NotSent(PRIVATE_ADDRESS, target.host)
    return found[:MOST_ADDRESSES]


def _connect(addresses: Sequence[str], port: int) -> socket.socket:
    """A connection to the first address that accepts one, all within CONNECT_SECONDS."""
    until = time.monotonic() + CONNECT_SECONDS
    problem: OSError = TimeoutError()
    for address in addresses:
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((address, port), timeout=left)
        except OSError as error:
            problem = error
    raise problem


def _exchange(
    secured: ssl.SSLSocket, target: Target, body: bytes, headers: Mapping[str, str]
) -> Answer:
    call = http.client.HTTPSConnection(target.host, target.port)
    # Use only this connection: the client must never open one of its own.
    call.sock, call.auto_open = secured, 0
    try:
        call.request(
            "POST", target.path, body, {"User-Agent": AGENT, "Connection": "close", **headers}
        )
        answer = call.getresponse()
        accepted = 200 <= answer.status < 300
        excerpt = "" if accepted else _excerpt(answer)
        return Answer(answer.status, answer.getheader("Retry-After", "")[:100], excerpt)
    finally:
        call.close()


def _excerpt(answer: http.client.HTTPResponse) -> str:
    """The beginning of the body, printable and on one line; a reply that breaks off is no error."""
    with suppress(OSError, http.client.HTTPException):
        text = answer.read(MOST_READ).decode("utf-8", errors="replace")
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return ""


@contextmanager
def _deadline(seconds: float) -> Iterator[Callable[[ssl.SSLSocket], None]]:
    """Cuts the connection after `seconds`, even if busy: socket timeouts restart with each byte."""
    watched: list[ssl.SSLSocket] = []
    passed = threading.Event()

    def cut() -> None:
        passed.set()
        for connection in watched:
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield watched.append
    except (OSError, http.client.HTTPException):
        if passed.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
