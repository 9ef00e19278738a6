"""The kinds of delivery. A new one is a file here or in a room below, a file at the same place in
`loops/outgoing/kinds`, and a line in `KINDS`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from syncd.core.delivery import Command
from syncd.core.kinds.add_comment import AddComment
from syncd.core.kinds.alert import Alert, AlertByWebhook
from syncd.core.kinds.announce_ticket import AnnounceTicket
from syncd.core.kinds.close_form import CloseForm
from syncd.core.kinds.correct_update import CorrectUpdate
from syncd.core.kinds.file_ticket import FileTicket
from syncd.core.kinds.filed.add_participant import AddParticipant
from syncd.core.kinds.filed.clear_reference import ClearReference
from syncd.core.kinds.filed.escalate import Escalate
from syncd.core.kinds.filed.tell_answer_by import TellAnswerBy
from syncd.core.kinds.files.attach_file import AttachFile
from syncd.core.kinds.files.show_file import ShowFile
from syncd.core.kinds.following.adopt_ticket import AdoptTicket
from syncd.core.kinds.following.tell_muted import TellMuted
from syncd.core.kinds.give_help import GiveHelp
from syncd.core.kinds.hint_reply import HintReply
from syncd.core.kinds.living.answer_status import AnswerStatus
from syncd.core.kinds.living.move_ticket import MoveTicket
from syncd.core.kinds.living.refresh_card import RefreshCard
from syncd.core.kinds.living.tell_status import TellStatus
from syncd.core.kinds.offer_form import OfferForm
from syncd.core.kinds.open_form import OpenForm
from syncd.core.kinds.post_update import PostUpdate
from syncd.core.kinds.rating.ask_rating import AskRating
from syncd.core.kinds.rating.note_rating import NoteRating
from syncd.core.kinds.rating.post_rating import PostRating
from syncd.core.kinds.reacted.read_reacted import ReadReacted
from syncd.core.kinds.replace_update import ReplaceUpdate
from syncd.core.kinds.replies.mark_reply import MarkReply
from syncd.core.kinds.replies.revise_comment import ReviseComment
from syncd.core.kinds.show_form import ShowForm
from syncd.core.kinds.tell_person import TellPerson
from syncd.core.kinds.translating.translate_update import TranslateUpdate
from syncd.core.kinds.withdraw import Withdraw

KINDS: dict[str, type[Command]] = {
    kind.kind(): kind
    for kind in (
        AddComment,
        AddParticipant,
        AdoptTicket,
        Alert,
        AlertByWebhook,
        AnnounceTicket,
        AnswerStatus,
        AskRating,
        AttachFile,
        ClearReference,
        CloseForm,
        CorrectUpdate,
        Escalate,
        FileTicket,
        GiveHelp,
        HintReply,
        MarkReply,
        MoveTicket,
        NoteRating,
        OfferForm,
        OpenForm,
        PostRating,
        PostUpdate,
        ReadReacted,
        RefreshCard,
        ReplaceUpdate,
        ReviseComment,
        ShowFile,
        ShowForm,
        TellAnswerBy,
        TellMuted,
        TellPerson,
        TellStatus,
        TranslateUpdate,
        Withdraw,
    )
}  # fmt: skip


@dataclass(frozen=True)
class Foreign(Command):
    """What another version ordered and this one cannot read: it is listed, and never performed."""

    texts: ClassVar[tuple[str, ...]] = ("stored",)

    of_kind: str
    stored: str
    """As the other version wrote it."""

    def dump(self) -> str:
        return self.stored


def load(kind: str, stored: str) -> Command:
    """Return the command that was dumped."""
    try:
        return KINDS[kind].load(stored)
    except (ValueError, KeyError, TypeError):
        return Foreign(kind, stored)


def names(which: Callable[[type[Command]], bool]) -> tuple[str, ...]:
    """Return the names of the kinds for which `which` holds."""
    return tuple(name for name, kind in KINDS.items() if which(kind))
