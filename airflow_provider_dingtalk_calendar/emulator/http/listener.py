"""A threaded HTTP/1.1 server that can misbehave on purpose and leaves no thread or socket behind."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request as WerkzeugRequest

from .answer import Answer, Delivery
from .request import IncomingRequest

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"

_POLL_SECONDS = 0.02
_BACKLOG = 128
_CHUNK = 65536
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def _no_application(_environ: object, _start_response: object) -> list[bytes]:  # pragma: no cover
    raise NotImplementedError("requests are answered by Handler.run_wsgi")


class Handler(WSGIRequestHandler):
    """Reads the requests of one connection and delivers their answers.

    Werkzeug's own ``run_wsgi`` waits for stray bytes and ends every connection after one answer. This
    handler reads the whole body before it answers, so it can keep the connection alive.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def run_wsgi(self) -> None:
        """Answer one request."""
        try:
            request = self._read_request()
        except (ClientDisconnected, OSError, ValueError):
            # The client left early or did not speak HTTP, so there is no request to record or answer.
            self.close_connection = True
            return
        answer = self.server.answer(request)
        if answer.delivery is not Delivery.COMPLETE:
            self.close_connection = True
        if answer.delivery is Delivery.RESET:
            self._reset()
        elif answer.delivery is Delivery.SILENCE:
            self._stay_silent(answer.seconds)
        else:
            with_body = request.method != "HEAD"
            self.wfile.write(answer.encode(with_body=with_body, last=self.close_connection))

    def _read_request(self) -> IncomingRequest:
        environ = self.make_environ()
        raw_body = WerkzeugRequest(environ, populate_request=False).get_data(cache=False)
        headers = {name.lower(): value for name, value in self.headers.items()}
        # self.path is not the target as sent, because http.server collapses slashes at the start.
        target = self.requestline.split()[1]
        return IncomingRequest(self.command, target, headers, raw_body)

    def _reset(self) -> None:
        """Send RST instead of FIN.

        Close the descriptor itself, because rfile and wfile keep the socket open.
        """
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        socket.close(self.connection.detach())

    def _stay_silent(self, seconds: float | None) -> None:
        """Return when the client or ``stop`` closes the connection, or when the time is over."""
        self.connection.settimeout(seconds)
        with contextlib.suppress(OSError):
            while self.connection.recv(_CHUNK):
                pass

    def log(self, *_: object) -> None:
        """Log nothing, because the journal records the requests."""


class Server(ThreadedWSGIServer):
    """Accepts connections in one thread, and serves each in its own thread. ``stop`` ends all connections.

    :param port: the port on the loopback interface, 0 for any free port.
    :param answer: returns the answer to a request.
    :raises OSError: if the port is in use.
    """

    def __init__(self, port: int, answer: Callable[[IncomingRequest], Answer]) -> None:
        self.answer = answer
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._connections_lock = threading.Lock()
        # Open the socket here, because Werkzeug would end the process if the port were in use. Werkzeug
        # then listens on a duplicate of the socket.
        with socket.create_server((HOST, port), backlog=_BACKLOG) as listener:
            port = listener.getsockname()[1]
            super().__init__(HOST, port, _no_application, Handler, fd=listener.fileno())
        self._acceptor = threading.Thread(
            target=self.serve_forever, args=(_POLL_SECONDS,), name="dingtalk-emulator", daemon=True
        )

    def start(self) -> None:
        """Start accepting connections."""
        self._acceptor.start()

    def stop(self) -> None:
        """End every connection, even an idle or silent one, and wait for every thread."""
        self.shutdown()
        self._acceptor.join()
        with self._connections_lock:
            connections = dict(self._connections)
        for connection in connections.values():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in connections:
            thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread that ``stop`` waits for."""
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name="dingtalk-emulator-connection",
            daemon=True,
        )
        with self._connections_lock:
            self._connections[thread] = request
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection until the connection ends."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._connections_lock:
                del self._connections[threading.current_thread()]
