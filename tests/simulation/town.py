"""A world that syncd lives in, dies in and comes back to; one thread, whose clock is virtual."""

import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from simulation.asking import BOSS, HIDDEN, Answers
from simulation.chat import STRANGER, FakeChat, Shown, edition_of, marks
from simulation.desk import FakeDesk
from simulation.disk import Disk
from simulation.inside import Frame, Inside, Outside, chats_in_file
from simulation.tickets import Remark
from simulation.weather import Choose, Fate, Killed, T, Weather

from syncd.core.arrival import Envelope
from syncd.core.delivery import Delivery
from syncd.core.errors import RemoteFailure, StoreError
from syncd.core.events import (
    ChatMessage,
    FormCancelled,
    FormSubmitted,
    FormWanted,
    MessageRevised,
    Named,
)
from syncd.core.events import Received as Event
from syncd.core.kinds import PostUpdate, Withdraw
from syncd.core.model import (
    ChatId,
    CommentId,
    DeliveryId,
    DeliveryState,
    Destination,
    MessageId,
    Ms,
    PersonId,
    Thread,
)
from syncd.core.views import Content, Direct, FormView, InChat, InThread, PostView, Toast, Tone
from syncd.loops.keep.operating import NotPossible, drop, requeue

_ADDRESS = re.compile(r"\w@acme\.example")
"""Of somebody who asks, and not masked."""
_EPOCH_MS = 1_900_000_000_000
_DEEPEST = 2
"""How many threads may be inside each other's calls."""
_CORRECTED_MS = 11_000
"""Words this much older than a correction may not be shown any more."""


class Broken(AssertionError):
    """The promise was broken."""


@dataclass
class Reply:
    """What somebody said in a thread, and what they did about it later."""

    id: MessageId
    chat_id: ChatId
    edits: int = 0
    taken_back: bool = False


class Town:
    """Everything there is, and what can happen next."""

    def __init__(self, disk: Disk, seed: int, choose: Choose) -> None:
        self.random = random.Random(seed)
        self.true_ms, self.skew_ms = _EPOCH_MS, 0
        self.lag_ms = 0
        self.stormy = True
        self.interleaves = True
        self.deaths = 0
        self.trail: list[str] = []
        self.broken: list[str] = []
        self.waiting: list[Frame] = []
        self.acked: list[Frame] = []
        self.mentions: list[ChatMessage] = []
        self.replies: dict[str, Reply] = {}
        """By its mark, what was said in a thread whose replies become comments."""
        self.once_disabled: set[ChatId] = set()
        """Chats that were not served for a while, and so may have missed something."""
        self.sent_again: set[CommentId] = set()
        """Comments that an operator let be posted after all, after later ones."""
        self._busy: list[str] = []
        self._begun: list[int] = []
        """When those that are busy began, in the order of all turns."""
        self.turns = 0
        self.weather = Weather(lambda: self.true_ms, self._choosing(choose), self._meanwhile)
        self.chat = FakeChat(
            self.weather, self._now, lambda: self._begun[-1], self._leaving, self._arrived
        )
        self.desk = FakeDesk(self.weather, self._now, lambda: self.random.randint(0, self.lag_ms))
        self.answers = Answers(self.desk.forms)
        disk.wipe()
        self.outside = Outside(
            disk=disk,
            weather=self.weather,
            chat=self.chat,
            desk=self.desk,
            frames={},
            chats=chats_in_file(),
            wall=lambda: self.true_ms + self.skew_ms,
            steady=self._now,
            randbits=self.random.getrandbits,
            chance=self.random.random,
            bug=self.broken.append,
        )
        self.inside = Inside(self.outside)
        self.inside.start(self.weather)

    # -- time and death

    def passes(self, ms: int) -> None:
        until = self.true_ms + ms
        while (late := self.weather.next_late()) is not None and late <= until:
            self.true_ms = max(self.true_ms, late)
            self.weather.come_true()
        self.true_ms = until

    def survives(self, name: str, work: Callable[[], T]) -> T | None:
        """Do something that syncd may die of, and start it anew if it does."""
        if name in self._busy:
            return None
        self._busy.append(name)
        self.turns += 1
        self._begun.append(self.turns)
        self.trail.append(name)
        try:
            return work()
        except StoreError:
            self.trail.append(f"{name}: the disk refused")
        except RemoteFailure as exc:
            self.trail.append(f"{name}: {exc}")
        except Killed:
            self.trail.append(f"{name}: killed")
            if len(self._busy) > 1:
                raise
            self._reborn()
        finally:
            self._busy.remove(name)
            self._begun.pop()
            if not self._busy:
                self.desk.said_public.clear()
        return None

    def _reborn(self) -> None:
        self.deaths += 1
        self.inside.store.abandon()
        self.inside = Inside(self.outside)
        self.inside.start(self.weather)

    def close(self) -> None:
        self.inside.store.abandon()

    def _now(self) -> int:
        return self.true_ms

    def _choosing(self, choose: Choose) -> Choose:
        return lambda name, possible: choose(name, possible) if self.stormy else Fate.FINE

    def _meanwhile(self) -> None:
        """A call or a commit is under way: another thread may run."""
        if not (self.stormy and self.interleaves and 0 < len(self._busy) <= _DEEPEST):
            return
        if self.random.random() < 0.04:
            self.turn(self.random.choice(list(self.threads)))

    # -- the threads of syncd

    @property
    def threads(self) -> dict[str, Callable[[], object]]:
        inside = self.inside
        return {
            "basics": inside.basics.run_once,
            "intake": inside.intake.run_once,
            "poll": inside.poll,
            "watch": inside.watch.run_once,
            "slow watch": inside.slow_watch.run_once,
            "janitor": inside.janitor.run_once,
            "chat doubts": inside.doubts[Destination.LARK].run_once,
            "desk doubts": inside.doubts[Destination.JSM].run_once,
            "socket": self._hears,
            "chat 1": inside.couriers[Destination.LARK].run_once,
            "chat 2": inside.couriers[Destination.LARK].run_once,
            "desk 1": inside.couriers[Destination.JSM].run_once,
            "desk 2": inside.couriers[Destination.JSM].run_once,
        }

    def turn(self, name: str) -> object:
        """Let the thread do one thing; return what came of it."""
        return self.survives(name, self.threads[name])

    def _hears(self) -> None:
        """A frame arrives; acked only when it was stored, and sometimes delivered once more."""
        if not self.waiting:
            return
        frame = self.waiting[self.random.randrange(min(2, len(self.waiting)))]
        self.inside.intake.receive([frame.raw])
        if frame in self.waiting and (not self.stormy or self.random.random() < 0.9):
            self.waiting.remove(frame)
            self.acked.append(frame)

    # -- what people do in the chat

    def mentions_bot(self, person: PersonId, chat_id: ChatId) -> None:
        number = len(self.outside.frames)
        message = self._message(person, chat_id, "@bot it is down", "", f"om_{number}")
        self.mentions.append(message)
        self._sent(message)

    def replies_in(self, thread: Thread, person: PersonId) -> None:
        """Say something in a thread of a premium chat, which is to become a comment."""
        number = len(self.outside.frames)
        mark, words = f"R{number}", f"<<R{number}>>"
        message = self._message(person, thread.chat_id, words, thread.root, f"om_{number}")
        self.replies[mark] = Reply(message.message_id, thread.chat_id)
        self.chat.replies[message.message_id] = words
        self._sent(message)

    def revises(self, mark: str, *, recalled: bool) -> None:
        """Somebody edits what they said, or takes it back."""
        reply = self.replies[mark]
        if reply.taken_back:
            return
        reply.edits, reply.taken_back = reply.edits + (not recalled), recalled
        self.chat.replies[reply.id] = "" if recalled else f"<<{mark}>> [[{reply.edits}]]"
        event = MessageRevised(reply.id, reply.chat_id, recalled)
        self.waiting.append(self._frame(event))

    def submits(self, form: Shown, person: PersonId, *, cancel: bool = False) -> None:
        assert isinstance(form.content, FormView)
        chat_id = self.asked_in(form.content)
        common = (form.content.request_id, person, chat_id, form.id, form.key)
        values, twice = self.answers.to(form.content, person, form.begun)
        on_it: dict[str, Any] = {"place": form.content.place, "kind": form.content.kind}
        if cancel:
            self._clicks(FormCancelled(*common, **on_it))
            return
        if twice and person == self.asker_of(form.content):
            self._break(f"{twice} had to be answered twice")
        toast = self._clicks(FormSubmitted(*common, values=values, **on_it))
        if toast is not None and toast.tone in (Tone.INFO, Tone.SUCCESS):
            self.answers.hears(form.content, values, self.turns)

    def wants_form(self, offer: Shown, person: PersonId) -> None:
        request_id = offer.content.request_id
        chat_id = self.asked_in(offer.content)
        self._clicks(FormWanted(request_id, person, chat_id, offer.id, offer.key))

    def serves(self, chat_id: ChatId, *, enabled: bool) -> None:
        """An operator enables or disables a chat."""
        self.outside.chats[chat_id] = replace(self.outside.chats[chat_id], enabled=enabled)
        if not enabled:
            self.once_disabled.add(chat_id)

    def deliveries(self, state: DeliveryState) -> list[Delivery]:
        with self.inside.store.read() as tx:
            return tx.outbox.in_state(state)

    def sends_again(self, id: DeliveryId) -> None:
        """An operator requeues a delivery."""
        with self.inside.store.read() as tx:
            delivery = tx.outbox.get(id)
        if delivery is not None and isinstance(delivery.command, PostUpdate):
            self.sent_again.add(delivery.command.comment_id)
        self._operates(
            f"requeue {id}", lambda: requeue(self.inside.records, id, sent_nothing=False)
        )

    def gives_up(self, id: DeliveryId) -> None:
        """An operator drops a delivery."""
        self._operates(f"drop {id}", lambda: drop(self.inside.records, id, "not needed any more"))

    def _operates(self, name: str, work: Callable[[], object]) -> None:
        with suppress(NotPossible):
            self.survives(name, work)

    def comes_again(self, frame: Frame) -> None:
        """The chat platform delivers an event that it delivered before."""
        self.waiting.append(frame)

    def asked_in(self, content: Content) -> ChatId:
        with self.inside.store.read() as tx:
            request = tx.requests.get(content.request_id)
        assert request is not None, "a card names a request that is not on record"
        return request.thread.chat_id

    def asker_of(self, content: Content) -> PersonId:
        with self.inside.store.read() as tx:
            request = tx.requests.get(content.request_id)
        assert request is not None, "a card names a request that is not on record"
        return request.asker

    def _message(
        self, person: PersonId, chat_id: ChatId, words: str, root: str, id: str
    ) -> ChatMessage:
        named = (Named("@bot", PersonId("ou_bot"), "Bot", "ours"),) if "@bot" in words else ()
        return ChatMessage(
            MessageId(id), chat_id, False, MessageId(root), person, True, words, named,
            Ms(self.true_ms), tenant="theirs" if person == STRANGER else "ours",
        )  # fmt: skip

    def _sent(self, event: ChatMessage) -> None:
        told = {"thread_root": event.thread_root, "written_ms": event.sent_ms}
        self.waiting.append(self._frame(event, message_id=event.message_id, **told))

    def _frame(self, event: Event, **told: Any) -> Frame:
        raw = f"f{len(self.outside.frames)}".encode()
        frame = Frame(raw, event, Envelope(raw.decode(), type(event).__name__, **told))
        self.outside.frames[raw] = frame
        return frame

    def _clicks(self, event: Event) -> Toast | None:
        """Return the answer, None where the person is left without one."""
        frame = self._frame(event)
        late = self.random.random() < 0.1
        toast = self.survives(
            f"click {frame.event_id}", lambda: self.inside.door.answer(frame.raw, lambda: late)
        )
        return None if late else toast

    # -- what must never be

    def _leaving(self, content: Content) -> None:
        """Everything that leaves for the chat, whether it arrives or not."""
        if HIDDEN in repr(content):
            self._break(f"what the configuration answers left for the chat: {content}")
        for mark in marks(content):
            remark = self._remark(mark)
            # A private word says which reply it is about, and has no link.
            if remark is None or not isinstance(content, PostView) or not content.link_url:
                continue
            if remark.id not in self.desk.said_public:
                self._break(f"{mark} left for the chat though the portal had not said it is public")
            if _outdated(remark, content, self.true_ms):
                self._break(f"{mark} left for the chat in words that were corrected long before")
            if remark.ref:
                self._break(f"{mark}, a reply of the chat, came back as an update")

    def _arrived(self, shown: Shown) -> None:
        if isinstance(shown.where, InThread | InChat) and _ADDRESS.search(repr(shown.content)):
            self._break(f"an address for everybody to see: {shown.content}")
        if is_escalation(shown) and shown.where != Direct(BOSS):
            self._break(f"others than the boss were told of a severity: {shown}")
        for mark in shown.remarks:
            standing = [s for s in self.chat.showing(mark) if not s.gone and not _corrects(s)]
            if isinstance(shown.content, PostView) and len(standing) > 1:
                remark = self._remark(mark)
                listed = [d for d in self.deliveries(DeliveryState.DEAD) if _withdraws(d, remark)]
                if not listed:
                    self._break(f"{mark} was shown twice")

    def _remark(self, mark: str) -> Remark | None:
        remarks = (r for issue in self.desk.issues.values() for r in issue.remarks)
        return next((r for r in remarks if f"<<{mark}>>" in r.words), None)

    def _break(self, what: str) -> None:
        self.broken.append(what)


def is_escalation(shown: Shown) -> bool:
    return isinstance(shown.content, PostView) and ": a new ticket of" in shown.content.title


def _outdated(remark: Remark, content: Content, now: int) -> bool:
    due = sum(at <= now - _CORRECTED_MS for at in remark.edited)
    return edition_of(content) < due


def _corrects(shown: Shown) -> bool:
    """Whether it stands below a message of the bot, whose comment was edited."""
    return isinstance(shown.where, InThread) and shown.where.thread.root.startswith("om_bot_")


def _withdraws(delivery: Delivery, remark: Remark | None) -> bool:
    command = delivery.command
    return isinstance(command, Withdraw) and remark is not None and command.comment_id == remark.id
