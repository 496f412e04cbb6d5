"""A server that sends bytes chosen by the test, and an address that accepts no connection."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

TOKEN = b'{"accessToken": "token-of-the-raw-server", "expireIn": 7200}'


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return an HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


#: The bytes to send, or a function that sends them. The server calls the function again and again until the
#: function raises OSError.
Answer: TypeAlias = bytes | Callable[[socket.socket], object]


class RawServer:
    """Answers requests in order, each on its own connection unless ``keep_alive`` is set.

    :param answers: One item per request. The last item also answers all later requests.
    :param context: The TLS context, or None for plain HTTP.
    :param keep_alive: Whether a connection serves many requests.
    """

    def __init__(
        self, *answers: Answer, context: ssl.SSLContext | None = None, keep_alive: bool = False
    ) -> None:
        self._keep_alive = keep_alive
        self.connections = 0
        self._answers = answers
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self.requests: list[bytes] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection, suppress(OSError):
                self._serve_connection(connection)

    def _serve_connection(self, plain: socket.socket) -> None:
        plain.settimeout(10)
        connection = self._context.wrap_socket(plain, server_side=True) if self._context else plain
        with connection:
            self._answer(connection)
            while self._keep_alive:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += _some(connection)
        head, _, body = head.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        while lengths and len(body) < int(lengths[0].split(b":")[1]):
            body += _some(connection)
        self.requests.append(head + b"\r\n\r\n" + body)
        answer = self._answers[min(len(self.requests), len(self._answers)) - 1]
        if isinstance(answer, bytes):
            connection.sendall(answer)
            return
        while True:
            answer(connection)


def _some(connection: socket.socket) -> bytes:
    """Receive the next bytes.

    :raises ConnectionError: If the client has closed the connection.
    """
    received = connection.recv(65536)
    if not received:
        raise ConnectionError
    return received


@contextmanager
def full_listener() -> Iterator[str]:
    """Yield an address whose backlog is full, so that a connection attempt never completes."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        for _ in range(8):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
            waiting.append(one)
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for one in waiting:
                one.close()


def self_signed(folder: Path, host: str) -> tuple[ssl.SSLContext, Path]:
    """Return a server context with a self-signed certificate, and the path of the certificate file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        # Python 3.13 requires all of these extensions in a self-signed certificate.
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    both, trusted = folder / "server.pem", folder / "certificate.pem"
    both.write_bytes(private + public)
    trusted.write_bytes(public)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, trusted
