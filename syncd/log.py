"""The log: human lines on a terminal, JSON otherwise; every line has an event name, no secret."""

import logging
import sys
from collections.abc import Iterable
from typing import Any, TypeAlias

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

Log: TypeAlias = FilteringBoundLogger

MASK = "***"
_SECRET_KEYS = ("secret", "token", "password", "authorization")


class MaskSecrets:
    """Hides secrets by the name of their key, and by their value wherever it stands."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted(set(secrets), key=len, reverse=True)

    def __call__(self, logger: WrappedLogger, name: str, line: EventDict) -> EventDict:
        return {key: self._masked(key, value) for key, value in line.items()}

    def _masked(self, key: str, value: Any) -> Any:
        if any(word in key.lower() for word in _SECRET_KEYS):
            return MASK
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, MASK)
            return value
        if isinstance(value, dict):
            return {k: self._masked(str(k), v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self._masked("", part) for part in value]
        return value


def _without_nothing(logger: WrappedLogger, name: str, line: EventDict) -> EventDict:
    return {key: value for key, value in line.items() if value is not None}


def configure(secrets: Iterable[str], *, terminal: bool | None = None) -> None:
    """Send every line, ours and the libraries', to standard error."""
    human = sys.stderr.isatty() if terminal is None else terminal
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=not human),
        _without_nothing,
        structlog.processors.format_exc_info,
        MaskSecrets(secrets),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=human)
        if human
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
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
