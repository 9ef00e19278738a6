"""Control of the chat: what one person sees in Lark, and what they do there."""

from dataclasses import asdict
from typing import Any

from syncd.sandbox.control_ask import Ask, BadAsk
from syncd.sandbox.lark.people import LarkPeople
from syncd.sandbox.lark.state import Chat, LarkState
from syncd.sandbox.world import Person

Json = dict[str, Any]
DIRECT = "p2p"


class ChatDoor:
    """Shows nothing but `LarkPeople.view` of the person who asks."""

    def __init__(self, state: LarkState) -> None:
        self._state = state
        self._people = LarkPeople(state)

    def chats(self, ask: Ask) -> object:
        """Return each chat of the person with its messages, the direct chat with the bot last."""
        with self._state.changed:
            person = self._person(ask)
            groups = [
                self._chat(person, chat.chat_id, chat)
                for chat in self._state.chats.values()
                if chat.chat_mode != DIRECT and person.open_id in chat.members
            ]
            direct = self._chat(person, DIRECT, self._state.direct_chat(person))
            direct["name"] = self._state.bot_name
            online = person.open_id not in self._state.offline
            return {"person": person.key, "online": online, "chats": [*groups, direct]}

    def say(self, ask: Ask) -> object:
        """Write a message; `thread` names the message in whose thread it answers."""
        person, chat_id, thread = self._person(ask), ask.text("chat"), ask.optional_text("thread")
        with self._state.changed:
            self._known_chat(chat_id)
            if thread and thread not in self._state.messages:
                raise BadAsk(f"There is no message {thread}.", 404)
            text = ask.text("text")
            message_id = self._people.say(person.key, chat_id, text, thread=thread or None)
        return {"message_id": message_id}

    def click(self, ask: Ask) -> object:
        """Click a button of a card that the person sees, and wait for what comes of it."""
        person = self._person(ask)
        click = self._people.click(person.key, ask.text("message"), ask.text("button"), ask.form())
        toast = None if click.toast is None else asdict(click.toast)
        return {"outcome": click.outcome, "code": click.code, "toast": toast}

    def set_online(self, ask: Ask) -> object:
        """Switch the person's clients on or off."""
        person, online = self._person(ask), ask.flag("online")
        self._people.set_online(person.key, online)
        return {"online": online}

    def _person(self, ask: Ask) -> Person:
        person = self._state.world.people.get(ask.path["person"])
        if person is None:
            raise BadAsk(f"There is no person {ask.path['person']!r}.", 404)
        if not person.open_id:
            raise BadAsk(f"{person.name} is not in Lark.", 404)
        return person

    def _known_chat(self, chat_id: str) -> None:
        chat = self._state.chats.get(chat_id)
        if chat_id != DIRECT and (chat is None or chat.chat_mode == DIRECT):
            raise BadAsk(f"There is no chat {chat_id!r}.", 404)

    def _chat(self, person: Person, chat_id: str, chat: Chat) -> Json:
        members = sorted(self._state.name_of(open_id) for open_id in chat.members)
        return {
            "id": chat_id,
            "name": chat.name,
            "mode": chat.chat_mode,
            "members": members,
            "messages": [asdict(shown) for shown in self._people.view(person.key, chat_id)],
        }
