"""A receiver of webhooks for tests: a real TLS server on this machine, with its own CA."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alignment.core.outside.wire import Network

HOST = "hooks.receiver.example"


@dataclass
class Request:
    """A request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)


@dataclass
class Reply:
    """The reply to send, after `delay` seconds."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0


class Receiver:
    """`reply` is called for each request; `requests` holds them in order of arrival."""

    def __init__(self, port: int, ca_file: Path) -> None:
        self.port, self.ca_file = port, ca_file
        self.requests: list[Request] = []
        self.reply: Callable[[Request], Reply] = lambda _request: Reply()

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/hook"

    @property
    def network(self) -> Network:
        return network_to(self.port, str(self.ca_file))

    def wait_for(self, number: int, seconds: float = 10) -> None:
        until = time.monotonic() + seconds
        while len(self.requests) < number and time.monotonic() < until:
            time.sleep(0.01)
        assert len(self.requests) >= number, f"only {len(self.requests)} of {number} came"


def network_to(port: int, ca_file: str, address: str = "127.0.0.1") -> Network:
    """A network in which every name leads to a receiver on this machine."""
    context = ssl.create_default_context(cafile=ca_file)
    return Network(
        look_up=lambda _host, _port: [address],
        allows=lambda _address: True,
        trust=lambda: context,
        ports=frozenset({443, port}),
    )


@contextmanager
def receiver(folder: Path, *, host: str = HOST) -> Iterator[Receiver]:
    """A running receiver whose certificate is for `host`, signed by its own CA."""
    ca_file, own_file = make_certificates(folder, host)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_file)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    server.daemon_threads = True
    found = Receiver(server.server_address[1], ca_file)
    server.receiver = found  # type: ignore[attr-defined]
    server.handle_error = lambda *_args: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        mine: Receiver = self.server.receiver  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path, headers, body)
        mine.requests.append(request)
        reply = mine.reply(request)
        time.sleep(reply.delay)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *args: Any) -> None:
        """Quiet: tests look at what arrived."""


def make_certificates(folder: Path, host: str) -> tuple[Path, Path]:
    """Files with a CA certificate, and with a certificate for `host` and its key."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Receiver authority")])
    ca = _certificate(ca_name, ca_name, ca_key.public_key(), host=None).sign(
        ca_key, hashes.SHA256()
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    own = _certificate(name, ca_name, key.public_key(), host=host).sign(ca_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    ca_file, own_file = folder / "ca.pem", folder / f"{host}.pem"
    ca_file.write_bytes(ca.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    own_file.write_bytes(own.public_bytes(pem) + secret)
    return ca_file, own_file


def _certificate(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, host: str | None
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
    )
    if host:
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        made = made.add_extension(names, critical=False)
    return made
