"""The network as the configuration and the environment describe it."""

import os
import ssl
from dataclasses import dataclass, field
from functools import cache
from typing import TypedDict
from urllib.parse import urlsplit

import httpx

from syncd.core.errors import ConfigError
from syncd.network.proxies import of_environment


@dataclass(frozen=True)
class Way:
    """How calls to one address leave."""

    proxy: str = field(default="", repr=False)
    """Its address, with a password if it has one; empty: there is none."""
    said_by: str = ""
    """The key or the variable that named it."""

    @property
    def shown(self) -> str:
        """The way in words, without a password; empty where it is the direct one."""
        parts = urlsplit(self.proxy)
        port = f":{parts.port}" if parts.port else ""
        return f"through the proxy {parts.scheme}://{parts.hostname}{port}" if self.proxy else ""


class Options(TypedDict):
    """What httpx's clients, of both kinds, are told of the network."""

    base_url: str
    proxy: str | None
    verify: ssl.SSLContext
    trust_env: bool
    follow_redirects: bool


class Network:
    """`proxy` leads everywhere, loopback included; without it the environment tells.

    `ca_file` holds certificates that are trusted besides the public ones. ConfigError when one of
    them, or what the environment says in their place, cannot be used.
    """

    def __init__(self, proxy: str = "", ca_file: str = "") -> None:
        self._proxy = proxy
        self.tls = _trusting(ca_file)
        """Whom to trust."""

    def way(self, url: str) -> Way:
        """Return how calls to this address leave; ConfigError where its proxy cannot be used."""
        if self._proxy:
            return _usable(Way(self._proxy, "network.proxy"))
        return _usable(Way(*of_environment(url, os.environ)))

    def options(self, base_url: str) -> Options:
        """Return what every client for that address is made with."""
        return {
            "base_url": base_url,
            "proxy": self.way(base_url).proxy or None,
            "verify": self.tls,
            "trust_env": False,
            "follow_redirects": False,
        }


def _usable(way: Way) -> Way:
    try:
        parts = urlsplit(way.proxy)
        right = not way.proxy or (parts.scheme in ("http", "https") and bool(parts.hostname))
        _ = parts.port
    except ValueError:
        right = False
    if not right:
        wrong = "not a proxy that syncd can use; write it like http://proxy.example:3128"
        raise ConfigError([f"{way.said_by}: {wrong}"])
    return way


def _trusting(ca_file: str) -> ssl.SSLContext:
    key, value = "SSL_CERT_FILE", os.environ.get("SSL_CERT_FILE", "")
    if not (ca_file or value or os.environ.get("SSL_CERT_DIR")):
        return _the_public_ones()
    try:
        # Of httpx, which heeds SSL_CERT_FILE and SSL_CERT_DIR: https://www.python-httpx.org/advanced/ssl/
        tls = httpx.create_ssl_context()
        if ca_file:
            key, value = "network.ca_file", ca_file
            tls.load_verify_locations(ca_file)
    except ssl.SSLError:
        raise ConfigError([f"{key}: {value} holds no certificates in PEM form"]) from None
    except OSError as failure:
        raise ConfigError([f"{key}: {value} cannot be read: {failure.strerror}"]) from None
    return tls


@cache
def _the_public_ones() -> ssl.SSLContext:
    """Trust what httpx brings along; to read it takes longer than most calls."""
    return httpx.create_ssl_context()
