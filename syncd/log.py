"""The log: readable lines on a terminal, JSON otherwise; every line has an event name, and secrets
and e-mail addresses are masked."""

import logging
import re
import sys
import traceback
from collections.abc import Iterable
from typing import Any, TypeAlias

import structlog
from structlog.typing import EventDict, ExcInfo, FilteringBoundLogger, WrappedLogger

from syncd.core.errors import RemoteFailure, SyncdError
from syncd.core.text import without_addresses

Log: TypeAlias = FilteringBoundLogger

MASK = "***"
_SECRET_KEYS = ("secret", "token", "password", "authorization")
_BARE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CHAIN = 10
"""So many failures that led to each other are told."""
_EXTRAS = ("reason", "calls", "seconds", "http")
"""Extra fields of `logging` records that are kept; some libraries attach whole objects."""
_CONSOLE = structlog.dev.ConsoleRenderer(colors=True)
_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)


class Mask:
    """Masks secrets, by the name of their key and by their value anywhere, and e-mail addresses,
    which an answer from outside may quote."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted(set(secrets), key=len, reverse=True)

    def __call__(self, logger: WrappedLogger, name: str, line: EventDict) -> EventDict:
        return {key: self._masked(key, value) for key, value in line.items()}

    def _masked(self, key: str, value: Any) -> Any:
        if key.startswith("_"):
            return value  # Private to structlog and never rendered.
        if any(word in key.lower() for word in _SECRET_KEYS):
            return MASK
        if isinstance(value, str):
            return self._without(value)
        if isinstance(value, dict):
            return {self._without(str(k)): self._masked(str(k), v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self._masked("", part) for part in value]
        # Anything else is rendered by its repr, which may contain a secret.
        shown = repr(value)
        masked = self._without(shown)
        return value if masked == shown else masked

    def _without(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return without_addresses(text, MASK)


def _traceback(exc_info: ExcInfo) -> str:
    """Return where it failed, and the kind of each failure on the way.

    A message is told only where syncd wrote it: others may quote what people wrote.
    """
    told: list[str] = []
    failure: BaseException | None = exc_info[1]
    while failure is not None and len(told) < _CHAIN:
        where = "".join(traceback.format_tb(failure.__traceback__))
        ours = isinstance(failure, SyncdError) and not isinstance(failure, RemoteFailure)
        what = f"{type(failure).__name__}: {failure}" if ours else type(failure).__name__
        told.append(f"Traceback (most recent call last):\n{where}{what}")
        context = None if failure.__suppress_context__ else failure.__context__
        failure = failure.__cause__ or context
    return "\n\nThis led to another failure:\n\n".join(reversed(told))


def _without_nothing(logger: WrappedLogger, name: str, line: EventDict) -> EventDict:
    return {key: value for key, value in line.items() if value is not None}


def _visible(text: str, kept: str = "") -> str:
    """Escape all unprintable characters except those in `kept`: they could move the cursor."""
    shown = (c if c.isprintable() or c in kept else ascii(c)[1:-1] for c in text)
    return "".join(shown)


def _for_terminal(logger: WrappedLogger, name: str, line: EventDict) -> str:
    line["event"] = _visible(str(line["event"]))
    if "exception" in line:
        line["exception"] = _visible(line["exception"], "\n\t")
    return _CONSOLE(logger, name, line)


def _as_json(logger: WrappedLogger, name: str, line: EventDict) -> str:
    """Render JSON, and escape the control characters, line ends and lone surrogates left in it."""
    written = str(_JSON(logger, name, line))
    return _BARE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def configure(secrets: Iterable[str], *, terminal: bool | None = None, level: str = "info") -> None:
    """Send every line, ours and the libraries', to standard error; `terminal` None: ask it.

    What is less grave than `level` is left out.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    human = sys.stderr.isatty() if terminal is None else terminal
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        _without_nothing,
        structlog.processors.ExceptionRenderer(_traceback),
        Mask(secrets),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(allow=_EXTRAS), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _for_terminal if human else _as_json,
            ],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(max(least, logging.WARNING))
    # httpx logs every URL at INFO, and the websocket library its frames at DEBUG.
    logging.getLogger("syncd").setLevel(least)
    # A server that goes away is told once by whoever needed it; the pool tells it for each
    # connection that it cannot put back, with a traceback.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)


def get(name: str) -> Log:
    """Return the logger of one part of syncd."""
    log: Log = structlog.get_logger(f"syncd.{name}")
    return log
