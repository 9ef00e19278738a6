"""What is wrong with the engine that translates."""

from collections.abc import Iterator, Sequence

from syncd.config.sections import ChatConfig, ChatDefaults, TranslateConfig


def problems(
    engine: TranslateConfig, defaults: ChatDefaults, chats: Sequence[ChatConfig]
) -> list[str]:
    """Return a line for each problem."""
    return [*_of_engine(engine), *_without_engine(engine, defaults, chats)]


def _of_engine(engine: TranslateConfig) -> Iterator[str]:
    for key in ("address", "model"):
        if engine.engine == "openai" and not getattr(engine, key):
            yield f'translate.{key}: missing; translate.engine = "openai" needs it'
        if engine.engine != "openai" and getattr(engine, key):
            yield f'translate.{key}: is of use with translate.engine = "openai" alone'


def _without_engine(
    engine: TranslateConfig, defaults: ChatDefaults, chats: Sequence[ChatConfig]
) -> Iterator[str]:
    if engine.engine:
        return
    named = {"defaults": defaults.into}
    named |= {f"chats[{number}]": chat.into or "" for number, chat in enumerate(chats)}
    for table, into in named.items():
        if into:
            yield f"{table}.into: nothing translates; name an engine in translate.engine"
