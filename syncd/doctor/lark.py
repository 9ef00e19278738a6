"""Our app: its login, its bot, what is released, what it is subscribed to."""

from collections.abc import Collection, Iterator

from syncd.app import make_messenger
from syncd.core.errors import RemoteFailure, Unauthorized
from syncd.doctor.case import Case
from syncd.doctor.finding import Finding, blocking, ok, unseen, warning
from syncd.doctor.rounds import whole

MESSAGES = "im.message.receive_v1"
CLICKS = "card.action.trigger"
REACTIONS = "im.message.reaction.created_v1"
EVENTS = {
    REACTIONS: "nobody opens a form by an emoji",
    "im.chat.member.bot.added_v1": "the bot does not greet a group that it is added to",
    "im.chat.member.bot.deleted_v1": "it is not known that the bot was removed from a group",
    "im.chat.access_event.bot_p2p_chat_entered_v1": (
        "a form does not reach people of other companies in their chat with the bot"
    ),
    "im.chat.member.user.added_v1": "some people of other companies have no name in the tickets",
    "im.chat.member.user.deleted_v1": (
        "of a group with people of other companies it is not known who was taken out of it"
    ),
}
"""What syncd would also hear, and what is missing where it does not."""
_SOCKET = "websocket"


def login(case: Case) -> Iterator[Finding]:
    address = case.config.lark.base_url
    try:
        bot = case.bot
    except Unauthorized as refused:
        said = f"Lark at {address}: {whole(refused).rstrip('.')}"
        yield blocking(said, fix=_other_brand(case) or _RENEW)
        return
    yield ok(f"Lark: the bot is {bot.name} ({bot.person})")


_RENEW = (
    "check lark.app_id, and SYNCD_LARK__APP_SECRET or the credential lark_app_secret, and by "
    "lark.base_url whether the app is one of Lark or of Feishu"
)


# An app exists on one of the two, and the other knows neither its id nor its secret.
def _other_brand(case: Case) -> str:
    """Return what to write where the app turns out to be one of the other brand."""
    here = case.config.lark.base_url
    if here not in case.brands.values():
        return ""
    for brand, address in case.brands.items():
        if address != here and _is_known(case, address):
            return f'the app is one of {brand}: write lark.base_url = "{address}"'
    return ""


def _is_known(case: Case, address: str) -> bool:
    lark = case.config.lark.model_copy(update={"base_url": address})
    messenger = make_messenger(case.config.model_copy(update={"lark": lark}), case.network)
    try:
        messenger.about_bot()
    except RemoteFailure:
        return False
    finally:
        messenger.close()
    return True


def bot_ability(case: Case) -> Iterator[Finding]:
    bot = case.bot
    if not bot.person:
        yield blocking("Lark: the app has no bot")
    elif not bot.enabled:
        yield blocking(f"Lark: the bot {bot.name} is switched off")
    else:
        yield ok("Lark: the bot ability is switched on")


def release(case: Case) -> Iterator[Finding]:
    app = case.application
    if app is None:
        yield unseen(_HIDDEN.format("which version of the app is released"), _look(case, "version"))
    elif not app.released:
        yield blocking("Lark: no version of the app is released", fix=_look(case, "version"))
    elif app.waiting:
        yield warning("Lark: a version waits for approval", fix=_look(case, "version"))
    else:
        yield ok("Lark: a version of the app is released, and none waits for approval")


_HIDDEN = "Lark: {} cannot be seen without the scope application:application:self_manage"


def _look(case: Case, page: str) -> str:
    return f"look at {case.console(page)}"


def events(case: Case) -> Iterator[Finding]:
    app = case.application
    if app is None or app.events is None:
        yield unseen(_HIDDEN.format("the event subscription"), _look(case, "event"))
        return
    if app.events_by and app.events_by != _SOCKET:
        yield blocking(f"Lark: events come by {app.events_by}", fix=_long(case, "event"))
        return
    if MESSAGES not in app.events:
        yield blocking(f"Lark: the event {MESSAGES} is not subscribed", fix=_add(case, MESSAGES))
        return
    needless = () if case.config.reactions.opens else (REACTIONS,)
    lacking = [name for name in EVENTS if name not in (*app.events, *needless)]
    for name in lacking:
        yield warning(f"Lark: the event {name} is not subscribed", EVENTS[name], _add(case, name))
    if not lacking:
        yield ok("Lark: every event that syncd reads is subscribed")


def callbacks(case: Case) -> Iterator[Finding]:
    app = case.application
    if app is None or app.callbacks is None:
        yield unseen(_HIDDEN.format("the callback subscription"), _look(case, "event"))
        return
    yield from _clicks(case, app.callbacks, app.callbacks_by)


def _clicks(case: Case, subscribed: Collection[str], by: str) -> Iterator[Finding]:
    if CLICKS not in subscribed:
        yield blocking(f"Lark: the callback {CLICKS} is not subscribed", fix=_long(case, "event"))
    elif by and by != _SOCKET:
        yield blocking(f"Lark: callbacks come by {by}", fix=_long(case, "event"))
    else:
        yield ok("Lark: clicks on cards come by the long connection")


def _add(case: Case, name: str) -> str:
    return f"add {name} at {case.console('event')}, then publish a version"


def _long(case: Case, page: str) -> str:
    return f'set it to "long connection", with {CLICKS} among the callbacks: {case.console(page)}'


def connections(case: Case) -> Iterator[Finding]:
    """No API lists connections: each event goes to one of them, whichever that is."""
    yield unseen("Lark: whether another program is connected as the same app cannot be seen")
