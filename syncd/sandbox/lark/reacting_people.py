"""People who put emojis on messages, and take theirs off."""

from syncd.sandbox.lark.reacting import of_person, react, unreact
from syncd.sandbox.lark.state import LarkState, Message


class Reacting:
    """A part of `LarkPeople`."""

    _state: LarkState

    def react(self, person_key: str, message_id: str, emoji: str) -> str:
        """Put an emoji on a message; return the id that its event is about."""
        with self._state.changed:
            reaction = react(self._state, *self._before(person_key, message_id), emoji)
            self._state.notify()
            return reaction.reaction_id

    def unreact(self, person_key: str, message_id: str, emoji: str) -> None:
        """Take an emoji of one's own off a message."""
        with self._state.changed:
            _, open_id = self._before(person_key, message_id)
            unreact(self._state, of_person(self._state, message_id, open_id, emoji))
            self._state.notify()

    def _before(self, person_key: str, message_id: str) -> tuple[Message, str]:
        """Return a message that somebody sees, and who that is."""
        message, person = self._state.messages[message_id], self._state.world.person(person_key)
        if person.open_id not in self._state.chats[message.chat_id].members or message.recalled:
            raise PermissionError(f"{person.name} cannot react to that message")
        return message, person.open_id
