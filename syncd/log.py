"""The log: human lines on a terminal, JSON otherwise; every line has an event name, no secret
and no e-mail address."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any, TypeAlias

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

Log: TypeAlias = FilteringBoundLogger

MASK = "***"
_SECRET_KEYS = ("secret", "token", "password", "authorization")
_ADDRESS = re.compile(r"(?<![/\w.+%-])[\w.+%-]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
"""An e-mail address; not the user in a database's address, which follows a slash."""
_BARE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_EXTRAS = ("reason", "calls", "seconds", "http")
"""What our adapters tell by the standard library; others hang whole objects on their lines."""
_CONSOLE = structlog.dev.ConsoleRenderer(colors=True)
_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)


class Mask:
    """Hides secrets by the name of their key, and by their value wherever it stands; and e-mail
    addresses, because an answer from outside may repeat what somebody typed."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted(set(secrets), key=len, reverse=True)

    def __call__(self, logger: WrappedLogger, name: str, line: EventDict) -> EventDict:
        return {key: self._masked(key, value) for key, value in line.items()}

    def _masked(self, key: str, value: Any) -> Any:
        if key.startswith("_"):
            return value  # What the logging library keeps for itself; it is never shown.
        if any(word in key.lower() for word in _SECRET_KEYS):
            return MASK
        if isinstance(value, str):
            return self._without(value)
        if isinstance(value, dict):
            return {self._without(str(k)): self._masked(str(k), v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self._masked("", part) for part in value]
        # Anything else is shown as its repr, and an exception or a path may repeat a secret.
        shown = repr(value)
        masked = self._without(shown)
        return value if masked == shown else masked

    def _without(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return _ADDRESS.sub(MASK, text)


def _without_nothing(logger: WrappedLogger, name: str, line: EventDict) -> EventDict:
    return {key: value for key, value in line.items() if value is not None}


def _visible(text: str, kept: str = "") -> str:
    """Escape what moves a terminal's cursor or begins a line, but for the characters in `kept`."""
    shown = (c if c.isprintable() or c in kept else ascii(c)[1:-1] for c in text)
    return "".join(shown)


def _for_terminal(logger: WrappedLogger, name: str, line: EventDict) -> str:
    line["event"] = _visible(str(line["event"]))
    if "exception" in line:
        line["exception"] = _visible(line["exception"], "\n\t")
    return _CONSOLE(logger, name, line)


def _as_json(logger: WrappedLogger, name: str, line: EventDict) -> str:
    """JSON leaves some controls, line ends and half characters bare; escaped they mean the same."""
    written = str(_JSON(logger, name, line))
    return _BARE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def configure(secrets: Iterable[str], *, terminal: bool | None = None) -> None:
    """Send every line, ours and the libraries', to standard error."""
    human = sys.stderr.isatty() if terminal is None else terminal
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        _without_nothing,
        structlog.processors.format_exc_info,
        Mask(secrets),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
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
    logging.root.setLevel(logging.WARNING)
    # httpx writes every address at INFO, the websocket library its frames at DEBUG.
    logging.getLogger("syncd").setLevel(logging.INFO)


def get(name: str) -> Log:
    """Return the logger of one part of syncd."""
    log: Log = structlog.get_logger(f"syncd.{name}")
    return log
