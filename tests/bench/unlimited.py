"""`python -m syncd` without its own rate limits, for a sandbox that has none either."""

from contextlib import nullcontext

from syncd.chat.lark.limiter import Limiter
from syncd.cli import main


def no_limits() -> None:
    for name, instead in (
        ("take", lambda *_: None),
        ("reserve", lambda *_: nullcontext()),
        ("wait", lambda *_: 0.0),
    ):
        setattr(Limiter, name, instead)


if __name__ == "__main__":
    no_limits()
    main()
