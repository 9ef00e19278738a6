"""What goes to the engine that translates, and whether it answers."""

from collections.abc import Iterator

from syncd.app import make_translator
from syncd.core.errors import RemoteFailure
from syncd.doctor.case import Case
from syncd.doctor.finding import Finding, ok, warning
from syncd.doctor.rounds import whole

_GREETING = "Good morning."
"""All that it is asked: nobody's words."""


def leaves(case: Case) -> Iterator[Finding]:
    """Tell what goes to whom; nothing where nothing does."""
    asked = case.config.translate
    chats = [f"{chat.name or chat.id} ({chat.into})" for chat in case.chats if chat.into]
    if not asked.engine:
        # The file cannot say so; a command has, before the engine was taken out of the file.
        if chats:
            told = f"names nobody, so that nothing is translated for {', '.join(chats)}"
            yield warning(f"translate.engine: {told}")
        return
    if not chats:
        yield warning("translate.engine: no chat that is served has `into`, so it is never asked")
        return
    whom = f"Lark at {case.config.lark.base_url}" if asked.engine == "lark" else asked.address
    yield ok(
        f"The words of public comments shown in {', '.join(chats)} go to {whom}, without code, "
        f"links, mentions and ids, at most {asked.characters_per_month} characters a month"
    )


def answers(case: Case) -> Iterator[Finding]:
    """Have it translate a greeting."""
    translator = make_translator(case.config, case.network)
    if translator is None:
        return
    into = next((chat.into for chat in case.chats if chat.into), "ja")
    try:
        source = translator.language(_GREETING)
        translator.translate(_GREETING, source, into)
    except RemoteFailure as failure:
        yield warning(f"translate.engine: {whole(failure).rstrip('.')}")
    else:
        yield ok(f"The engine that translates answers ({case.config.translate.engine})")
    finally:
        translator.close()
