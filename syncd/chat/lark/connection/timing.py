"""How long the long connection waits for what."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """All in seconds."""

    ack_budget: float = 2.5
    """The platform waits for 3: https://open.feishu.cn/document/ukTMukTMukTM/uUTNz4SN1MjL1UzM"""
    ack_grace: float = 0.4
    """Waited in addition for a click's answer that was promised to be in time."""
    discovery: float = 5.0
    open: float = 5.0
    silence: float = 20.0
    """Nothing received for two ping intervals and this: the connection is dead."""
    first_pause: float = 1.0
    longest_pause: float = 7.0
    """With one try under way that hangs, some 15 seconds after an outage it is open again."""
    refused_pause: float = 30.0
    """The longest pause while the platform answers with a definite no; it asks for 120:
    https://open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN/event-subscription-configure-/request-url-configuration-case"""
    steady: float = 30.0
    """A connection that held this long starts the pauses anew."""
    quiet: float = 0.3
    """Nothing more is on its way when nothing came for this long."""
    drain: float = 2.0


def pause(timing: Timing, failures: int, chance: float, *, refused: bool = False) -> float:
    """Return the seconds before the next try, 20 % more or less; `chance` is in [0, 1)."""
    doubled = timing.first_pause * float(2 ** min(failures, 16))
    longest = timing.refused_pause if refused else timing.longest_pause
    return min(doubled, longest) * (0.8 + 0.4 * chance)
