"""Faults that a test or the control routes switch on, one rule at a time."""

import re
import threading
from dataclasses import dataclass, field


@dataclass
class Fault:
    """What happens to the calls that match, instead of or around the ordinary answer.

    kind: `refuse` (answer with status, body and headers), `hang` (answer after `seconds`),
    `drop_before` (cut the connection, nothing done), `drop_after` (do the work, then cut it),
    `trickle` (do the work, then answer a byte at a time, with `seconds` between them).
    """

    side: str
    route: str
    """A regular expression, matched from the start of `METHOD /path`."""
    kind: str = "refuse"
    times: int = 1
    """How many calls are hit; -1 is every call until the fault is removed."""
    skip: int = 0
    """How many matching calls pass unharmed first."""
    status: int = 503
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    asks: str = ""
    """Words that the request's body must hold; empty hits every body."""
    name: str = ""
    """By which it is ended alone; empty: only with all others."""
    hits: int = 0


class Faults:
    """The rules in force; the first that matches wins."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            self._rules.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def end(self, name: str) -> None:
        """End those of that name; LookupError when there is none."""
        with self._lock:
            left = [rule for rule in self._rules if rule.name != name]
            if len(left) == len(self._rules):
                raise LookupError(f"there is no fault {name!r}")
            self._rules = left

    def rules(self) -> list[Fault]:
        with self._lock:
            return list(self._rules)

    def take(self, side: str, method: str, path: str, body: bytes = b"") -> Fault | None:
        """Return the fault that hits this call, counting the hit."""
        with self._lock:
            for rule in self._rules:
                if rule.side != side or not re.match(rule.route, f"{method} {path}"):
                    continue
                if rule.asks.encode() not in body:
                    continue
                if rule.skip > 0:
                    rule.skip -= 1
                    continue
                if rule.times == 0:
                    continue
                if rule.times > 0:
                    rule.times -= 1
                rule.hits += 1
                return rule
        return None
