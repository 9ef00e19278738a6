"""How a chat is served: what an operator decided wins over the file, key by key."""

from dataclasses import dataclass, replace

from syncd.core.model import Chat, ChatId, FormWay, Language, Ms, Plan, Preset, ReporterRule
from syncd.core.ticket_card.announced import Announced, OnCard

_SAID = (
    "plan", "language", "form", "zone", "organization", "allowed_domains", "escalate_to",
    "announce", "card", "participants", "satisfaction", "may_adopt", "may_submit", "may_close",
    "into",
)  # fmt: skip
"""What is as an operator said, and else as the file does."""


@dataclass(frozen=True)
class ChatDecision:
    """What an operator said of a chat; what is None is as the configuration says."""

    chat_id: ChatId
    enabled: bool
    name: str = ""
    plan: Plan | None = None
    language: Language | None = None
    changed_ms: Ms = Ms(0)
    reporter: ReporterRule | None = None
    """None also: `domain` where the operator gave domains."""
    allowed_domains: tuple[str, ...] | None = None
    form: FormWay | None = None
    escalate_to: str | None = None
    desks: tuple[str, ...] | None = None
    """Their names."""
    zone: str | None = None
    organization: str | None = None
    presets: tuple[Preset, ...] | None = None
    """They add to those of the configuration, field by field."""
    announce: tuple[Announced, ...] | None = None
    card: tuple[OnCard, ...] | None = None
    participants: bool | None = None
    satisfaction: bool | None = None
    may_adopt: tuple[str, ...] | None = None
    may_submit: tuple[str, ...] | None = None
    may_close: tuple[str, ...] | None = None
    into: str | None = None


def effective_chat(in_file: Chat, decided: ChatDecision | None) -> Chat:
    """Return how a chat is served: what an operator decided wins over the file."""
    if decided is None:
        return in_file
    said = {name: getattr(decided, name) for name in _SAID}
    return replace(
        in_file,
        enabled=decided.enabled,
        name=decided.name or in_file.name,
        desks=decided.desks or in_file.desks,
        reporter=decided.reporter or _reporter_rule(in_file, decided.allowed_domains),
        presets=_with_presets(in_file.presets, decided.presets or ()),
        source="operator",
        **{name: value for name, value in said.items() if value is not None},
    )


def _with_presets(in_file: tuple[Preset, ...], said: tuple[Preset, ...]) -> tuple[Preset, ...]:
    """Presets add to those of the file, as those of a chat there add to those of `defaults`."""
    return tuple({one.field_id: one for one in (*in_file, *said)}.values())


def _reporter_rule(in_file: Chat, domains: tuple[str, ...] | None) -> ReporterRule:
    """Return the rule where the operator named none; domains that he gave are meant to hold."""
    if domains:
        return ReporterRule.DOMAIN
    without = domains is not None and in_file.reporter is ReporterRule.DOMAIN
    return ReporterRule.SELF if without else in_file.reporter
