"""What people in Lark do and see. Safe to call from any thread."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from syncd.sandbox.lark.client import (
    Click,
    ClickRefusedByClient,
    action,
    filled,
    judge,
    trigger,
)
from syncd.sandbox.lark.connection.delivery import ACKED, GIVEN_UP, LOST
from syncd.sandbox.lark.editing import edit
from syncd.sandbox.lark.reacting_people import Reacting
from syncd.sandbox.lark.rest.scopes import may_hear, may_receive
from syncd.sandbox.lark.rest.shapes import event_header, message_event, person_id
from syncd.sandbox.lark.shown import Shown
from syncd.sandbox.lark.sight import clickable, view
from syncd.sandbox.lark.state import Chat, LarkState, Message, Upload
from syncd.sandbox.lark.typing_in import Rows, post_content, rows_content, text_content, wire_text

Json = dict[str, Any]


class LarkPeople(Reacting):
    """People of the world, at their Lark clients."""

    def __init__(self, state: LarkState) -> None:
        self._state = state

    # -- what they do

    def say(
        self,
        person_key: str,
        chat_id: str,
        text: str,
        *,
        thread: str | None = None,
        reply_to: str | None = None,
    ) -> str:
        """Write a message and return its id.

        "@Support Bot", "@" with a member's name, and "@all" become mentions. `thread` answers in
        the thread of that message, `reply_to` answers it outside of threads; chat "p2p" is the
        direct chat with the bot.
        """
        with self._state.changed:
            chat = self._chat(person_key, chat_id)
            wired, mentions, at_all = wire_text(self._state, chat, text)
            message = self._message(person_key, chat, "text", text_content(wired))
            message.mentions, message.at_all = mentions, at_all
            return self._post(message, thread, reply_to)

    def say_post(
        self,
        person_key: str,
        chat_id: str,
        title: str,
        text: str,
        *,
        thread: str | None = None,
        pictures: Sequence[bytes] = (),
    ) -> str:
        """Write a rich-text message, with pictures below its words, and return its id."""
        state = self._state
        with state.changed:
            chat = self._chat(person_key, chat_id)
            wired, mentions, at_all = wire_text(state, chat, text)
            keys = [state.new_id("img_v3_") for _ in pictures]
            content = post_content(title, wired, mentions, keys)
            message = self._message(person_key, chat, "post", content)
            message.mentions, message.at_all = mentions, at_all
            for key, data in zip(keys, pictures, strict=True):
                state.uploads[key] = Upload(key, "image", "image.png", data, message.message_id)
            return self._post(message, thread, None)

    def say_rows(
        self,
        person_key: str,
        chat_id: str,
        rows: Rows,
        *,
        title: str = "",
        thread: str | None = None,
    ) -> str:
        """Write a rich-text message of these elements and return its id."""
        with self._state.changed:
            chat = self._chat(person_key, chat_id)
            content, mentions = rows_content(self._state, chat, title, rows)
            message = self._message(person_key, chat, "post", content)
            message.mentions = mentions
            return self._post(message, thread, None)

    def send_image(
        self, person_key: str, chat_id: str, data: bytes, *, thread: str | None = None
    ) -> str:
        """Send a picture and return the message's id."""
        return self._send_upload(person_key, chat_id, "image", "image.png", data, thread)

    def send_file(
        self,
        person_key: str,
        chat_id: str,
        name: str,
        data: bytes,
        *,
        thread: str | None = None,
        sent_as: str = "file",
    ) -> str:
        """Send a file and return the message's id; `sent_as` `audio` or `media` (a video)."""
        return self._send_upload(person_key, chat_id, sent_as, name, data, thread)

    def edit(self, person_key: str, message_id: str, text: str | Rows) -> None:
        """Change the words of a text of one's own, or the elements of a post."""
        with self._state.changed:
            edit(self._state, self._own(person_key, message_id), text)

    def forward(
        self, person_key: str, chat_id: str, message_ids: list[str], *, thread: str | None = None
    ) -> str:
        """Forward messages together as one and return its id."""
        with self._state.changed:
            chat = self._chat(person_key, chat_id)
            content = json.dumps({"content": "Merged and Forwarded Message"})
            message = self._message(person_key, chat, "merge_forward", content)
            message.forwarded = tuple(message_ids)
            return self._post(message, thread, None)

    def recall(self, person_key: str, message_id: str) -> None:
        """Take a message of one's own back."""
        with self._state.changed:
            self._take_back(self._own(person_key, message_id), "message_owner")

    def delete_as_owner(self, message_id: str) -> None:
        """Let the owner of the group take back what anybody said there."""
        with self._state.changed:
            self._take_back(self._state.messages[message_id], "group_owner")

    def click(
        self, person_key: str, message_id: str, button: str, form: Json | None = None
    ) -> Click:
        """Click a button by its name or text, and wait for what comes of it (at most 3 s).

        `form` is what the person fills in over the defaults, by field name. Raises
        ClickRefusedByClient when the client does not send the click.
        """
        state = self._state
        with state.changed:
            person = state.world.person(person_key)
            shown, chat_id = clickable(state, person, message_id)
            found = shown.button(button)
            if found.disabled:
                raise ClickRefusedByClient(f"{found.text} is disabled")
            if found.value is None:
                raise ClickRefusedByClient(f"{found.text} sends nothing: it has no callback")
            if form is not None and not found.submits:
                raise ClickRefusedByClient(f"{found.text} submits no form")
            values = filled(shown, found, form or {}, state) if found.submits else None
            if "card.action.trigger" not in state.switches.subscriptions:
                return Click("error 200340: the callback is not subscribed", 200340)
            if state.is_outsider(person.open_id) and state.switches.ext_callback == "lost":
                return Click("error 200340: nobody answered", 200340)
            event = trigger(state, person, shown, chat_id, action(found, values))
            ended = (ACKED, GIVEN_UP, LOST)
            patience = state.switches.ack_window_seconds + 5
            state.changed.wait_for(lambda: event.status in ended, patience)
            result = judge(state, event)
            state.notify()
            return result

    def open_direct_chat(self, person_key: str) -> None:
        """Open one's chat with the bot; people of other companies confirm in a dialog first.

        https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/chat-member/events/bot_p2p_chat_entered
        """
        state = self._state
        with state.changed:
            person = state.world.person(person_key)
            if person.tenant and state.switches.ext_p2p == "never":
                raise PermissionError(f"{person.name} cannot open a chat with this bot")
            if person.tenant:
                state.confirmed.add(person.open_id)
            chat = state.direct_chat(person)
            body = {"chat_id": chat.chat_id, "operator_id": person_id(state, person.open_id)}
            self._publish("im.chat.access_event.bot_p2p_chat_entered_v1", body, chat.chat_id)
            state.notify()

    def join(self, person_key: str, chat_id: str) -> None:
        """Add somebody to a group.

        https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/chat-member-user/events/added
        """
        self._member(person_key, chat_id, "im.chat.member.user.added_v1", inside=True)

    def leave(self, person_key: str, chat_id: str) -> None:
        """Take somebody out: …/reference/im-v1/chat-member-user/events/deleted."""
        self._member(person_key, chat_id, "im.chat.member.user.deleted_v1", inside=False)

    def set_online(self, person_key: str, online: bool) -> None:
        """Switch a person's clients on or off; private cards sent meanwhile never arrive."""
        state = self._state
        with state.changed:
            open_id = state.world.person(person_key).open_id
            if online:
                state.offline.discard(open_id)
                return
            state.offline.add(open_id)
            if not state.switches.ephemeral_survives_logout:
                for card in state.ephemerals.values():
                    card.received = card.received and card.open_id != open_id

    def remove_bot(self, chat_id: str) -> None:
        """Take the bot out of a group."""
        self._bot_in_chat(chat_id, False, "im.chat.member.bot.deleted_v1")

    def add_bot(self, chat_id: str) -> None:
        """Put the bot into a group."""
        self._bot_in_chat(chat_id, True, "im.chat.member.bot.added_v1")

    def disband(self, chat_id: str) -> None:
        """Dissolve a group."""
        with self._state.changed:
            chat = self._state.chats[chat_id]
            chat.dissolved = True
            self._publish("im.chat.disbanded_v1", self._chat_event(chat), chat_id)
            self._state.notify()

    def something_else(self, event_type: str, body: Json) -> str:
        """Let an event of any type happen; returns its id."""
        header = event_header(self._state)
        return self._state.delivery.publish(event_type, header, body, "").event_id

    # -- what they see

    def chats(self, person_key: str) -> list[Chat]:
        """Return the groups this person is in; their direct chat is "p2p"."""
        with self._state.changed:
            open_id = self._state.world.person(person_key).open_id
            every = self._state.chats.values()
            return [c for c in every if open_id in c.members and c.chat_mode != "p2p"]

    def view(self, person_key: str, chat_id: str) -> list[Shown]:
        """Return what this person sees at the top level of a chat, oldest first.

        Replies of threads are inside their root's `thread`.
        """
        with self._state.changed:
            person = self._state.world.person(person_key)
            return view(self._state, person, self._chat(person_key, chat_id))

    def direct(self, person_key: str) -> list[Shown]:
        """Return what this person sees in the chat with the bot."""
        return self.view(person_key, "p2p")

    def wait_delivered(self, key: str, timeout: float = 30.0) -> bool:
        """Block until the event with that id, or about that message, was acked with 200.

        So long that it may be delivered again once.
        """
        delivery = self._state.delivery
        return self.wait_until(lambda: any(e.status == ACKED for e in delivery.about(key)), timeout)

    def wait_until(self, predicate: Callable[[], bool], timeout: float = 10.0) -> bool:
        """Block until `predicate()` holds; False after `timeout` seconds."""
        return self._state.wait_until(predicate, timeout)

    def wait_connected(self, timeout: float = 10.0) -> bool:
        """Block until the app has a long connection."""
        return self.wait_until(lambda: bool(self._state.delivery.connections.all()), timeout)

    # -- the rest

    def _chat(self, person_key: str, chat_id: str) -> Chat:
        person = self._state.world.person(person_key)
        if chat_id == "p2p":
            return self._state.direct_chat(person)
        return self._state.chats[chat_id]

    def _own(self, person_key: str, message_id: str) -> Message:
        message = self._state.messages[message_id]
        if message.sender != self._state.world.person(person_key).open_id:
            raise PermissionError("people change their own messages only")
        return message

    def _message(self, person_key: str, chat: Chat, msg_type: str, content: str) -> Message:
        person = self._state.world.person(person_key)
        if person.open_id not in chat.members or chat.dissolved:
            raise PermissionError(f"{person.name} cannot write in {chat.name}")
        if (
            chat.chat_mode == "p2p"
            and person.tenant
            and person.open_id not in self._state.confirmed
        ):
            raise PermissionError(f"{person.name} has not opened the chat with the bot")
        now = self._state.moment(chat.chat_id)
        return Message(
            message_id=self._state.new_id("om_"),
            chat_id=chat.chat_id,
            sender=person.open_id,
            msg_type=msg_type,
            content=content,
            create_ms=now,
            update_ms=now,
            order=self._state.next_order(),
        )

    def _post(self, message: Message, thread: str | None, reply_to: str | None) -> str:
        state, chat = self._state, self._state.chats[message.chat_id]
        target = state.messages[thread or reply_to or ""] if thread or reply_to else None
        if target is not None and target.chat_id != chat.chat_id:
            raise ValueError("the answered message is in another chat")
        state.place(message, target, in_thread=thread is not None or chat.always_threads)
        state.messages[message.message_id] = message
        if may_receive(state, chat, message):
            body = message_event(state, message)
            self._publish("im.message.receive_v1", body, message.message_id, message.sender)
        state.notify()
        return message.message_id

    def _send_upload(
        self,
        person_key: str,
        chat_id: str,
        kind: str,
        name: str,
        data: bytes,
        thread: str | None,
    ) -> str:
        state = self._state
        with state.changed:
            type = "image" if kind == "image" else "file"
            key = state.new_id("img_v3_" if kind == "image" else "file_v3_")
            content: Json = {f"{type}_key": key} | _besides(kind, name)
            chat = self._chat(person_key, chat_id)
            text = json.dumps(content, ensure_ascii=False)
            message = self._message(person_key, chat, kind, text)
            state.uploads[key] = Upload(key, type, name, data, message.message_id)
            return self._post(message, thread, None)

    def _take_back(self, message: Message, recall_type: str) -> None:
        state = self._state
        message.recalled = True
        body = {
            "message_id": message.message_id,
            "chat_id": message.chat_id,
            "recall_time": str(state.world.clock.now_ms()),
            "recall_type": recall_type,
        }
        if state.chats[message.chat_id].bot_in_chat:
            self._publish("im.message.recalled_v1", body, message.message_id)
        state.notify()

    def _member(self, person_key: str, chat_id: str, event_type: str, *, inside: bool) -> None:
        with self._state.changed:
            state, person = self._state, self._state.world.person(person_key)
            chat = state.chats[chat_id]
            (chat.left if inside else chat.members).discard(person.open_id)
            (chat.members if inside else chat.left).add(person.open_id)
            who = {"name": person.name, "tenant_key": state.tenant_of(person.open_id)}
            users = [who | {"user_id": person_id(state, person.open_id)}]
            self._publish(event_type, self._chat_event(chat) | {"users": users}, chat_id)
            state.notify()

    def _bot_in_chat(self, chat_id: str, inside: bool, event_type: str) -> None:
        with self._state.changed:
            chat = self._state.chats[chat_id]
            chat.bot_in_chat = inside
            self._publish(event_type, self._chat_event(chat), chat_id)
            self._state.notify()

    def _chat_event(self, chat: Chat) -> Json:
        """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/chat-member-bot/events/added"""
        owner = min(chat.members) if chat.members else ""
        return {
            "chat_id": chat.chat_id,
            "operator_id": person_id(self._state, owner),
            "external": chat.external,
            "operator_tenant_key": self._state.tenant_of(owner),
            "name": chat.name,
            "i18n_names": {"zh_cn": chat.name, "en_us": chat.name, "ja_jp": chat.name},
        }

    def _publish(self, event_type: str, body: Json, about: str, sender: str = "") -> None:
        state = self._state
        if may_hear(state, event_type):
            state.delivery.publish(event_type, event_header(state, sender), body, about)


# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/events/message_content
def _besides(kind: str, name: str) -> Json:
    """Return what the content of a file of that kind says besides its key."""
    if kind == "audio":
        return {"duration": 2000}
    named: Json = {} if kind == "image" else {"file_name": name}
    video: Json = {"image_key": "img_v3_cover", "duration": 2000}
    return named | video if kind == "media" else named
