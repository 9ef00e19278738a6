"""Who sees what: a chat as one person has it before their eyes, and the cards in their reach."""

from syncd.sandbox.lark.client import ClickRefusedByClient
from syncd.sandbox.lark.shown import Shown
from syncd.sandbox.lark.state import Chat, LarkState, Message
from syncd.sandbox.lark.view import show, show_private
from syncd.sandbox.world import Person

# https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-breaking-changes-release-notes
INTERACTIVE_MS = 14 * 24 * 3600 * 1000


def view(state: LarkState, person: Person, chat: Chat) -> list[Shown]:
    """Return the top level of a chat as that person sees it, oldest first."""
    if person.open_id not in chat.members:
        return []
    rows = [
        (m.order, _with_thread(state, m)) for m in state.in_chat(chat) if not m.in_thread_below_root
    ]
    rows += [
        (c.order, show_private(state, c))
        for c in state.ephemerals.values()
        if c.chat_id == chat.chat_id and c.visible_to(person.open_id)
    ]
    return [shown for _, shown in sorted(rows, key=lambda row: row[0])]


def _with_thread(state: LarkState, root: Message) -> Shown:
    shown = show(state, root)
    if root.thread_id:
        thread = [m for m in state.messages.values() if m.thread_id == root.thread_id]
        shown.thread = [show(state, m) for m in thread if m is not root]
    return shown


def clickable(state: LarkState, person: Person, message_id: str) -> tuple[Shown, str]:
    """Return a card and its chat; raises ClickRefusedByClient when it is out of reach."""
    private, public = state.ephemerals.get(message_id), state.messages.get(message_id)
    if private is not None:
        if not private.visible_to(person.open_id):
            raise ClickRefusedByClient(f"{person.name} does not see this card")
        shown, chat_id = show_private(state, private), private.chat_id
    elif public is not None and not public.recalled and public.msg_type == "interactive":
        shown, chat_id = show(state, public), public.chat_id
    else:
        raise ClickRefusedByClient("there is no such card")
    chat = state.chats[chat_id]
    stale = chat.left if state.switches.removed_people_click else set()
    if person.open_id not in chat.members | stale:
        raise ClickRefusedByClient(f"{person.name} is not in this chat")
    if state.world.clock.now_ms() - shown.create_ms > INTERACTIVE_MS:
        raise ClickRefusedByClient("the card is too old to be clicked")
    return shown, chat_id
