"""Control of the chat: what one person sees in Lark, and what they do there."""

from dataclasses import asdict
from typing import Any

from syncd.sandbox.control_ask import Ask, BadAsk
from syncd.sandbox.lark.people import LarkPeople
from syncd.sandbox.lark.reacting import EMOJIS
from syncd.sandbox.lark.state import Chat, LarkState
from syncd.sandbox.world import Person

Json = dict[str, Any]
DIRECT = "p2p"
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


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
        """Write a message; `thread` names the message in whose thread it answers.

        Whoever is of another company opens the chat with the bot, and confirms, by writing there.
        """
        person, chat_id, thread = self._person(ask), ask.text("chat"), ask.optional_text("thread")
        with self._state.changed:
            self._known_chat(chat_id)
            if thread:
                self._known_message(thread)
            text = ask.text("text")
            if chat_id == DIRECT and person.tenant:
                self._people.open_direct_chat(person.key)
            message_id = self._people.say(person.key, chat_id, text, thread=thread or None)
        return {"message_id": message_id}

    def edit(self, ask: Ask) -> object:
        """Change the words of a message of one's own."""
        self._people.edit(
            self._person(ask).key, self._known_message(ask.path["id"]), ask.text("text")
        )
        return {}

    def recall(self, ask: Ask) -> object:
        """Take a message of one's own back."""
        self._people.recall(self._person(ask).key, self._known_message(ask.path["id"]))
        return {}

    def react(self, ask: Ask) -> object:
        """Put an emoji on a message."""
        emoji = ask.text("emoji")
        if emoji not in EMOJIS:
            raise BadAsk(f"There is no emoji {emoji!r}.")
        self._people.react(self._person(ask).key, self._known_message(ask.path["id"]), emoji)
        return {}

    def unreact(self, ask: Ask) -> object:
        """Take an emoji of one's own off a message."""
        message = self._known_message(ask.path["id"])
        self._people.unreact(self._person(ask).key, message, ask.path["emoji"])
        return {}

    def send_file(self, ask: Ask) -> object:
        """Send a picture, told by its name's end, or a file."""
        person, chat_id, name = self._person(ask), ask.text("chat"), ask.text("name")
        thread = ask.optional_text("thread") or None
        data = ask.decoded("base64")
        self._known_chat(chat_id)
        if thread:
            self._known_message(thread)
        if name.lower().endswith(_PICTURES):
            sent = self._people.send_image(person.key, chat_id, data, thread=thread)
        else:
            sent = self._people.send_file(person.key, chat_id, name, data, thread=thread)
        return {"message_id": sent}

    def move_bot(self, ask: Ask) -> object:
        """Add the bot to a group, or take it out."""
        chat_id, inside = ask.path["chat"], ask.flag("inside")
        self._known_chat(chat_id)
        if chat_id == DIRECT:
            raise BadAsk("The direct chat with the bot has no members to add.")
        (self._people.add_bot if inside else self._people.remove_bot)(chat_id)
        return {"inside": inside}

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

    def _known_message(self, message_id: str) -> str:
        if message_id not in self._state.messages:
            raise BadAsk(f"There is no message {message_id}.", 404)
        return message_id

    def _chat(self, person: Person, chat_id: str, chat: Chat) -> Json:
        members = sorted(self._state.name_of(open_id) for open_id in chat.members)
        return {
            "id": chat_id,
            "name": chat.name,
            "mode": chat.chat_mode,
            "members": members,
            "bot_inside": chat.bot_in_chat,
            "messages": [asdict(shown) for shown in self._people.view(person.key, chat_id)],
        }
