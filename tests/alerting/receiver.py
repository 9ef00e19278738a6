"""A real server on loopback that operators might name, well-mannered or not."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "5c0ffee5-1234-4321-8888-0123456789ab"
"""What makes the address one that nobody can guess."""
BOT = f"/open-apis/bot/v2/hook/{TOKEN}"


@dataclass
class Receiver:
    """Answers every request the same way, and remembers what it was asked."""

    port: int
    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    speaks_no_http: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each request."""
    told: list[dict[str, Any]] = field(default_factory=list)
    """What was posted."""
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return self.at(f"/ping/{TOKEN}")

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def texts(self) -> list[str]:
        """The sentences that it was told."""
        return [told["text"] for told in self.told]


@contextmanager
def receiving() -> Iterator[Receiver]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.receiver = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.receiver
    server.receiver.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        receiver = self.server.receiver
        said = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        receiver.asked.append((self.command, self.path))
        if said and not receiver.hangs and receiver.status < 300:
            receiver.told.append(json.loads(said))
        if receiver.hangs:
            receiver.closing.wait()
        with suppress(OSError):  # Whoever asked may not want all of it.
            self._answer(receiver)

    do_POST = do_GET

    def _answer(self, receiver: Receiver) -> None:
        if receiver.speaks_no_http:
            self.wfile.write(f"{self.path} is not what I know\r\n\r\n".encode())
            return
        self.send_response(receiver.status)
        for name, value in receiver.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(receiver.body)))
        self.end_headers()
        self.wfile.write(receiver.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
