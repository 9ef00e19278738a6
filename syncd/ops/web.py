"""The small HTTP server on `http.listen`: how the daemon is, for those who watch over it."""

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from syncd import log
from syncd.core.errors import ConfigError

_IDLE_SECONDS = 10.0
"""How long somebody may take to ask and to read the answer."""
_MOST = 32
"""So many may ask at the same time; one more cuts the oldest."""


@dataclass(frozen=True)
class Page:
    """What one address answers."""

    status: int
    body: str
    kind: str = "application/json"


Pages = Mapping[str, Callable[[], Page]]


class Web:
    """Answers GET and HEAD of fixed paths, on a thread for each who asks."""

    def __init__(self, listen: str, pages: Pages) -> None:
        """Take the port of `host:port` at once; ConfigError when it cannot be had."""
        host, _, port = listen.rpartition(":")
        try:
            self._server = _Server((host.strip("[]"), int(port)), _handler(pages))
        except OSError as exc:
            why = exc.strerror or str(exc)
            raise ConfigError([f"http.listen: {listen} cannot be listened on: {why}"]) from None
        self._thread = threading.Thread(target=self._server.serve_forever, name="web", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take no more questions."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    """Holds few connections, each for a short time; whoever comes last is served."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._lock = threading.Lock()
        self._open: dict[Any, float] = {}
        """Since when each connection is open, in monotonic seconds; the oldest first."""
        super().__init__(address, handler)

    def server_bind(self) -> None:
        # HTTPServer's own asks a name server for our name, which may take long.
        socketserver.TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            if len(self._open) >= _MOST:
                self._cut(next(iter(self._open)))
            self._open[request] = time.monotonic()
        super().process_request(request, client_address)

    def service_actions(self) -> None:
        """Cut those who take too long; the server calls it twice a second."""
        late = time.monotonic() - _IDLE_SECONDS
        with self._lock:
            for request in [one for one, since in self._open.items() if since < late]:
                self._cut(request)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of one who hung up."""

    def _cut(self, request: Any) -> None:
        """Its thread finds that nothing more comes, and closes it."""
        self._open.pop(request, None)
        with suppress(OSError):
            request.shutdown(socket.SHUT_RDWR)


def _handler(pages: Pages) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "syncd", ""
        timeout = _IDLE_SECONDS

        def do_GET(self) -> None:
            page = pages.get(self.path.partition("?")[0])
            self._answer(_made(page) if page else Page(404, '{"error": "There is no such page."}'))

        do_HEAD = do_GET

        def _answer(self, page: Page) -> None:
            body = page.body.encode()
            self.send_response(page.status)
            self.send_header("Content-Type", page.kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing: who watches asks again and again."""

    return Handler


def _made(page: Callable[[], Page]) -> Page:
    try:
        return page()
    except Exception:
        log.get("web").exception("page_failed")
        return Page(500, '{"error": "This page failed; the log says where."}')
