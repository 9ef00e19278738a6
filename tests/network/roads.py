"""Roads of a company's network: a proxy that knows names which nobody else knows, and TLS in front
of a server that has none."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PKI = Path(__file__).parent / "pki"
CA = str(PKI / "ca.pem")
"""Who signed the certificate of `lark.test`, `jira.test`, `localhost` and 127.0.0.1; its key is
gone."""

Serve = Callable[[socket.socket], None]


@contextmanager
def listening(serve: Serve) -> Iterator[int]:
    """Serve each connection to a port of its own, on a thread of its own."""
    server = socket.create_server(("127.0.0.1", 0))

    def one(near: socket.socket) -> None:
        with suppress(OSError), near:
            serve(near)

    def accept() -> None:
        with suppress(OSError):
            while True:
                near, _ = server.accept()
                threading.Thread(target=one, args=(near,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1]
    with suppress(OSError):
        server.shutdown(socket.SHUT_RDWR)
    server.close()


@contextmanager
def tls_in_front_of(port: int) -> Iterator[int]:
    """Speak TLS on another port, as any of the certificate's names."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(PKI / "server.pem", PKI / "server.key")

    def serve(near: socket.socket) -> None:
        with (
            tls.wrap_socket(near, server_side=True) as safe,
            socket.create_connection(("127.0.0.1", port)) as far,
        ):
            carry(safe, far)

    with listening(serve) as safe_port:
        yield safe_port


class Proxy:
    """An HTTP proxy: CONNECT, and the plain way for http://. It alone knows where names lead."""

    def __init__(self, names: dict[str, int]) -> None:
        self.names = names
        self.asked: list[str] = []
        """The first line of every request."""
        self.refuses = ""
        """A status line with which it refuses everything."""

    def serve(self, near: socket.socket) -> None:
        head = _head(near)
        method, target, *_ = head.partition(b"\r\n")[0].decode().split()
        self.asked.append(f"{method} {target}")
        if self.refuses:
            near.sendall(f"HTTP/1.1 {self.refuses}\r\nContent-Length: 0\r\n\r\n".encode())
            return
        name = target.removeprefix("http://").partition("/")[0].partition(":")[0]
        port = self.names.get(name) or int(target.partition(name + ":")[2].partition("/")[0])
        with socket.create_connection(("127.0.0.1", port)) as far:
            if method == "CONNECT":
                near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                first, _, rest = head.partition(b"\r\n")
                path = target.removeprefix("http://").partition("/")[2]
                first = f"{method} /{path} HTTP/1.1".encode()
                # So that the next request, which may be for another host, comes here again.
                far.sendall(first + b"\r\nConnection: close\r\n" + rest)
            carry(near, far)

    def connected(self) -> set[str]:
        """Return where CONNECT led."""
        return {line.split()[1] for line in self.asked if line.startswith("CONNECT ")}


@contextmanager
def proxied(names: dict[str, int]) -> Iterator[tuple[Proxy, str]]:
    """Run a proxy; return it and its address."""
    proxy = Proxy(names)
    with listening(proxy.serve) as port:
        yield proxy, f"http://127.0.0.1:{port}"


def carry(near: socket.socket, far: socket.socket) -> None:
    """Carry bytes both ways until one end is done."""

    def one_way(here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while part := here.recv(65536):
                there.sendall(part)
        for end in (here, there):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    back = threading.Thread(target=one_way, args=(far, near), daemon=True)
    back.start()
    one_way(near, far)
    back.join()


def _head(near: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        part = near.recv(65536)
        if not part:
            raise OSError("closed before the head was through")
        head += part
    return head
