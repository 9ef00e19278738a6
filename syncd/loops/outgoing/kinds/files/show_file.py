"""Carries a file from the helpdesk to the chat, and asks once more whether it is public."""

from syncd.core.delivery import Delivery
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.files.found import OnComment
from syncd.core.files.naming import HEAD, name_for, type_of
from syncd.core.kinds.files.show_file import ShowFile
from syncd.core.model import Chat, DeliveryId, Destination, Ms
from syncd.core.operators.resumed import began_ms
from syncd.core.reaching.marks import mark
from syncd.core.views import FileView, InChat, InThread, PostView, Where
from syncd.core.wording import words
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.chat_search import look_in_chat
from syncd.loops.outgoing.kinds.files.passing import passing
from syncd.loops.outgoing.performing import CannotTell, Finding, Hold, Prepared, Ready
from syncd.loops.outgoing.posting import note_of
from syncd.loops.outgoing.public_now import NotSayable, on_portal, public_now
from syncd.loops.outgoing.refusals import waits_for_operators

_MEGABYTE = 1024 * 1024
_PICTURE, _FILE = 10 * _MEGABYTE, 30 * _MEGABYTE
"""Lark takes no more:
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/file/create"""
_GONE = OnComment("", "", 0)
_UNREADABLE_MS = 600_000
"""How long its lane waits while nobody says whether the comment is public."""


class Performer(performing.Performer[ShowFile]):
    def place(self, command: ShowFile) -> Where:
        return InThread(command.thread) if command.in_thread else InChat(command.thread.chat_id)

    def prepare(self, command: ShowFile, delivery: Delivery, chat: Chat) -> Prepared:
        """Bring the file to the chat platform, where no message shows it; what takes long ends
        before it is asked whether the comment is public."""
        if not self._stands(command):
            return Hold("the chat does not show its comment now")
        if no := on_portal(self.tools, command.key, command.comment_id):
            return self._hold(no, delivery)
        files = self._files(command)
        if files is None:
            return Hold("the portal has the comment no more")
        # Named when it was read, and not there now: it may have been taken away.
        file = files[command.number - 1] if command.number <= len(files) else _GONE
        sent = _read(note_of(self.tools, delivery))
        shown: FileView | PostView | None = sent.get(file.id)
        shown = shown or self._brought(file, command, delivery, chat)
        said = public_now(self.tools, command.key, command.comment_id)
        if isinstance(said, NotSayable):
            return self._hold(said, delivery)
        where: InThread | InChat = InChat(command.thread.chat_id)
        if command.in_thread:
            where = anchors.below(self.tools.records.store, command.thread)
        if isinstance(shown, FileView):
            sent[file.id] = shown
        content, post = shown, self.tools.sender.post
        return Ready(lambda: post(where, content, delivery), note=_written(sent))

    def look(self, command: ShowFile, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        """Look for a message with one of the keys under which it was sent, or with the note."""
        if began_ms(delivery) < self.tools.resumed_ms():
            return CannotTell("a run of which nothing is known may have shown it")
        sent = _read(note_of(self.tools, delivery)).values()
        carries = [*(DeliveryId(file.key) for file in sent), mark(delivery)]
        about = delivery, command.thread, watched_ms, now
        return look_in_chat(self.tools, *about, in_thread=command.in_thread, carries=carries)

    def _stands(self, command: ShowFile) -> bool:
        """Tell whether the chat is to show the comment, this time."""
        with self.tools.records.store.read() as tx:
            seen = tx.seen.of(command.ticket_id).get(command.comment_id)
        return command.is_due(seen)

    def _files(self, command: ShowFile) -> tuple[OnComment, ...] | None:
        """Return what is attached to the comment, None where it was taken away just now."""
        with waits_for_operators(f"read comments of {command.key}"):
            try:
                return self.tools.helpdesk.files(command.key, command.comment_id)
            except Rejected as exc:
                if exc.cause is not Cause.GONE:
                    raise
        return None

    def _brought(
        self, file: OnComment, command: ShowFile, delivery: Delivery, chat: Chat
    ) -> FileView | PostView:
        """Return the file as Lark has it, or the note that takes its place."""
        try:
            return self._carried(file, command, chat)
        except Unavailable as exc:
            failure, failing = exc, self.tools.failing_files
            if not failing.is_hopeless(
                delivery.id, failure, lambda: self._answers(failure, command)
            ):
                raise
            self.tools.log.warning("file_left_out", comment=command.comment_id, reason=str(failure))
            return self._note(file, words(chat.language).reason_gave_up, command, chat)

    def _answers(self, failure: Unavailable, command: ShowFile) -> None:
        """Raise a RemoteFailure where the platform that failed fails altogether."""
        if failure.platform is Destination.JSM:
            self.tools.helpdesk.keys([command.ticket_id])
        else:
            self.tools.messenger.latest(command.thread.chat_id)

    def _carried(self, file: OnComment, command: ShowFile, chat: Chat) -> FileView | PostView:
        wording = words(chat.language)
        too_large = wording.reason_file_too_large.format(limit=_FILE // _MEGABYTE)
        try:
            if file is _GONE:
                raise Rejected("the comment has no file of that number", Cause.GONE)
            if file.size > _FILE:
                raise Rejected("it is too large", Cause.TOO_LARGE, too_large)
            with passing() as bytes:
                self.tools.helpdesk.download(file, bytes, _FILE)
                size = bytes.tell()
                bytes.seek(0)
                head = bytes.read(HEAD)
                if not head:
                    raise Rejected("it is empty", Cause.CONTENT, wording.reason_file_empty)
                is_picture = type_of(head).startswith("image/") and size <= _PICTURE
                name = name_for(file.name, "file", head)
                for kind in ("image", "file") if is_picture else ("file",):
                    try:
                        return FileView(kind, self.tools.messenger.upload(kind, name, bytes))
                    except Rejected as exc:
                        # A picture with too many points may still go as a file.
                        if kind == "file" or exc.cause is not Cause.CONTENT:
                            raise
                raise AssertionError("a file was neither taken nor refused")
        except Rejected as exc:
            told = {Cause.TOO_LARGE: too_large, Cause.GONE: wording.reason_file_gone}
            why = exc.told or told.get(exc.cause, wording.reason_file_not_taken)
            self.tools.log.warning("file_left_out", comment=command.comment_id, reason=str(exc))
            return self._note(file, why, command, chat)

    def _note(self, file: OnComment, why: str, command: ShowFile, chat: Chat) -> PostView:
        wording, portal = words(chat.language), self.tools.records.rules.portal_base
        author = command.author or wording.team
        name = name_for(file.name, "file", b"")
        told = wording.file_not_shown.format(author=author, name=name, reason=why)
        return PostView(
            title="",
            lines=(told,),
            link_text=wording.open_ticket.format(key=command.key),
            link_url=portal + command.portal_path,
        )

    def _hold(self, why: NotSayable, delivery: Delivery) -> Hold:
        """Raise Unavailable for ten minutes while nobody can tell; then withhold it."""
        age = self.tools.records.store.now() - delivery.enqueued_ms
        if why.unreadable and age <= _UNREADABLE_MS:
            raise Unavailable(why.reason, platform=Destination.JSM)
        return Hold(why.reason, unreadable=why.unreadable)


def _written(sent: dict[str, FileView]) -> str:
    """Return the note that tells which files were brought to the chat, and under which keys."""
    return " ".join(f"{id}={file.kind}={file.key}" for id, file in sent.items())


def _read(note: str) -> dict[str, FileView]:
    """Return what such a note tells; nothing of any other."""
    told = (one.split("=", 2) for one in note.split())
    return {one[0]: FileView(one[1], one[2]) for one in told if len(one) == 3}
