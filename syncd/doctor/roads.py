"""The network: names, the way there, certificates, and the clocks at both ends."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from syncd.doctor.case import Case
from syncd.doctor.finding import Finding, blocking, ok, warning
from syncd.network.network import Network
from syncd.network.reach import reach

_NAMES = {"lark.base_url": "Lark", "jsm.api_base": "JSM"}
_OFF_MS = 30_000
_FAR_OFF_MS = 300_000
"""Beyond `poll.overlap_seconds`, and beyond what moments in Lark are compared with."""


def names(case: Case) -> Iterator[Finding]:
    for key, reached in case.reached.items():
        if reached.unknown_name:
            yield blocking(f"{key}: {reached.failure}")
        else:
            yield ok(f"{_NAMES[key]}: {urlsplit(case.addresses[key]).hostname} has an address")


def answers(case: Case) -> Iterator[Finding]:
    """Tell of the connection and its certificate."""
    for key, reached in case.reached.items():
        way = case.network.way(case.addresses[key]).shown
        by = f" {way}" if way else ""
        if reached.failure:
            yield blocking(f"{key}: {case.addresses[key]} does not answer{by}: {reached.failure}")
        else:
            yield ok(f"{_NAMES[key]}: it answered in {reached.took_ms} ms")


def lark_way(case: Case) -> Iterator[Finding]:
    yield _way("Lark", case.config.lark.base_url, case.network)


def jsm_way(case: Case) -> Iterator[Finding]:
    yield _way("JSM", case.config.jsm.api_base, case.network)


def _way(name: str, address: str, network: Network) -> Finding:
    way = network.way(address)
    by = f"{way.shown} (by {way.said_by})" if way.proxy else "directly"
    return ok(f"{name}: asked at {address}, {by}")


def clock(case: Case) -> Iterator[Finding]:
    """Compare our time with the time that answers tell."""
    for key, reached in case.reached.items():
        if reached.date_ms is None:
            continue
        off = case.clock() - reached.date_ms
        said = f"this machine's clock is {abs(off) // 1000} s {'ahead' if off > 0 else 'behind'}"
        if abs(off) >= _FAR_OFF_MS:
            yield blocking(f"{_NAMES[key]}: {said}")
        elif abs(off) >= _OFF_MS:
            yield warning(f"{_NAMES[key]}: {said}")
        else:
            yield ok(f"{_NAMES[key]}: both clocks agree")


def portal(case: Case) -> Iterator[Finding]:
    """Tell whether what people click answers; that it is the portal, a person has to see."""
    address = case.config.jsm.portal_base
    reached = reach(address, case.network)
    if reached.failure:
        yield warning(f"jsm.portal_base: {address} does not answer: {reached.failure}")
    else:
        yield ok(f"What people click is at {address}, which answers")
