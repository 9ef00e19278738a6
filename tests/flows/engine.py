"""A real server on loopback that translates as OpenAI's chat completions do, well-mannered or not.

https://platform.openai.com/docs/api-reference/chat/create
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-a-key-that-nobody-can-guess"
_WORD = re.compile(r"(?<!\[)\b[^\W\d_]+\b")


def in_other_words(text: str) -> str:
    """Say every word in another way, and leave placeholders and signs."""
    return _WORD.sub(lambda found: f"訳{len(found[0])}", text)


@dataclass
class Engine:
    """Answers as it is told to, and remembers what it was asked."""

    port: int
    says: Callable[[str], str] = in_other_words
    status: int = 200
    body: bytes | None = None
    """What it answers instead of a translation."""
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The texts that it was to translate."""
    told: list[dict[str, Any]] = field(default_factory=list)
    """All that was posted."""
    seen: Callable[[str], list[str]] = lambda text: []
    """Returns what must not have been in what it was asked, as things are that moment."""
    leaked: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    may_answer: threading.Event = field(default_factory=threading.Event)
    """Until this is set an answer is held back."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def configured(self, into: str = "ja") -> dict[str, Any]:
        """What a house is told of it."""
        return {
            "translate.engine": "openai",
            "translate.address": self.address,
            "translate.model": "small-1",
            "defaults.into": into,
        }


@contextmanager
def serving() -> Iterator[Engine]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.engine = Engine(server.server_address[1])
    server.engine.may_answer.set()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.engine
    server.engine.may_answer.set()
    server.shutdown()
    server.server_close()
    thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    engine: Engine


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        engine = self.server.engine
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/v1/chat/completions"
        engine.told.append(said)
        engine.keys.add(self.headers.get("Authorization", ""))
        (text,) = [one["content"] for one in said["messages"] if one["role"] == "user"]
        engine.asked.append(text)
        engine.leaked += engine.seen(text)
        engine.may_answer.wait()
        answer = engine.body
        if answer is None:
            message = {"role": "assistant", "content": engine.says(text)}
            answer = json.dumps(
                {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
            ).encode()
        with suppress(OSError):  # Whoever asked may not want all of it.
            self._answer(engine, answer)

    def _answer(self, engine: Engine, answer: bytes) -> None:
        self.send_response(engine.status)
        for name, value in engine.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
