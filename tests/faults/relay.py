"""A road to a server that a test can close, though the server belongs to others as well."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Relay:
    """Carries bytes between a port of its own and the server's."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._carries = threading.Event()
        self._carries.set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._accept()

    def cut(self) -> None:
        """Refuse whoever comes, and drop who is there."""
        self._shut(self._listening)
        with self._lock:
            dropped, self._open = self._open, []
        for end in dropped:
            self._shut(end)

    def hang(self) -> None:
        """Carry nothing any more, and say so to nobody."""
        self._carries.clear()

    def flow(self) -> None:
        """Carry on after a hang."""
        self._carries.set()

    def mend(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self._accept()

    def _accept(self) -> None:
        threading.Thread(target=self._serve, args=(self._listening,), daemon=True).start()

    def _serve(self, listening: socket.socket) -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            far = socket.create_connection(self._server)
            with self._lock:
                self._open += [near, far]
            for here, there in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(here, there), daemon=True).start()

    def _carry(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while part := here.recv(65536):
                self._carries.wait()
                there.sendall(part)
        self._shut(here)
        self._shut(there)

    def _shut(self, end: socket.socket) -> None:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@contextmanager
def relayed(host: str, port: int) -> Iterator[Relay]:
    relay = Relay(host, port)
    yield relay
    relay.cut()
