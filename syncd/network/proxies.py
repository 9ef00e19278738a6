"""Which proxy the environment names for an address; the rules of NO_PROXY are httpx's.

https://www.python-httpx.org/environment_variables/
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

_SCHEMES = {"ws": "http", "wss": "https"}


def of_environment(url: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """Return the proxy for this address and the variable that named it; both empty for none.

    Never one for loopback, which no proxy would reach as we do.
    """
    parts = urlsplit(url)
    scheme = _SCHEMES.get(parts.scheme, parts.scheme)
    if is_loopback(parts.hostname or "") or _is_exempt(parts, _named(environment, "no")[0]):
        return "", ""
    for name in (scheme, "all"):
        proxy, variable = _named(environment, name)
        if proxy:
            return proxy if "://" in proxy else f"http://{proxy}", variable
    return "", ""


def is_loopback(host: str) -> bool:
    """Tell whether it names this machine, whatever a resolver says."""
    address = _address(host)
    if address is not None:
        return address.is_loopback
    return host.lower() == "localhost" or host.lower().endswith(".localhost")


def _named(environment: Mapping[str, str], name: str) -> tuple[str, str]:
    """Return the variable's value and name; in small letters it wins, as everywhere."""
    for variable in (f"{name}_proxy", f"{name}_PROXY".upper()):
        if value := environment.get(variable, "").strip():
            return value, variable
    return "", ""


def _is_exempt(parts: SplitResult, no_proxy: str) -> bool:
    host, port = (parts.hostname or "").lower(), parts.port
    return any(_matches(one.strip().lower(), host, port) for one in no_proxy.split(","))


def _matches(rule: str, host: str, port: int | None) -> bool:
    """`acme.com` exempts itself and what lies below it, `.acme.com` only what lies below it."""
    if not rule:
        return False
    if rule == "*":
        return True
    if (address := _address(host)) is not None:
        return _holds(rule, address)
    rule = rule.rpartition("://")[2]
    name, _, only = rule.partition(":")
    if only and only != str(port):
        return False
    name = name.removeprefix("*")
    return host.endswith(name) if name.startswith(".") else f".{host}".endswith(f".{name}")


def _holds(rule: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return address in ipaddress.ip_network(rule.strip("[]"), strict=False)
    except ValueError:
        return False


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None
