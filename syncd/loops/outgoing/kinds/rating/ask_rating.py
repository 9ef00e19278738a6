"""Asks one person how satisfied they are, alone where there is a way, else in the thread."""

from collections.abc import Callable
from functools import partial

from syncd.core.delivery import Delivery
from syncd.core.errors import Rejected
from syncd.core.fields.field import Field, FieldKind, Option
from syncd.core.kinds.rating.ask_rating import AskRating
from syncd.core.model import Chat, Place, RequestId
from syncd.core.outcome import Outcome
from syncd.core.ticket_card.rating import BEST, GIVEN, LONGEST, RATING, SENTENCE, WORST
from syncd.core.views import FormView
from syncd.core.wording import words
from syncd.core.wording.table import Wording
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Done, Prepared, Ready
from syncd.loops.private_ways import ANOTHER_WAY_MAY_WORK


class Performer(performing.Performer[AskRating]):
    def prepare(self, command: AskRating, delivery: Delivery, chat: Chat) -> Prepared:
        """Ask nothing of a ticket that was opened again meanwhile, or resolved once more."""
        with self.tools.records.store.read() as tx:
            card = tx.cards.of_ticket(command.ticket_id)
        if card is None or card.question != delivery.dedupe_key:
            return Done()
        name = self.tools.names.of(command.person, chat.id, words(chat.language))
        view = partial(_view, command, delivery.request_id, chat, name)
        return Ready(lambda: self._ask(command, view, delivery))

    def _ask(
        self, command: AskRating, view: Callable[[Place], FormView], delivery: Delivery
    ) -> Outcome:
        chat_id, person = command.thread.chat_id, command.person
        for way in self.tools.ways.for_word(chat_id, person):
            with self.tools.ways.trying(chat_id, way, person) as is_open:
                try:
                    if is_open:
                        sent = self.tools.sender.send(way[1], view(way[0]), delivery.id)
                        return Outcome(sent.message_id)
                except Rejected as exc:
                    if exc.cause not in ANOTHER_WAY_MAY_WORK:
                        raise
                    self.tools.ways.note(chat_id, way[0], person, exc)
        where = anchors.below(self.tools.records.store, command.thread)
        return self.tools.sender.post(where, view(Place.THREAD), delivery)


def _view(
    command: AskRating, request_id: RequestId, chat: Chat, name: str, place: Place
) -> FormView:
    """Nothing personal stands in it: the group has read the ticket's title already."""
    wording = words(chat.language)
    for_whom = wording.rating_for.format(name=name) if place is Place.THREAD else ""
    between = "\n" if for_whom else ""
    return FormView(
        request_id=request_id,
        title=wording.ticket_created.format(key=command.key, title=command.title),
        intro=f"{for_whom}{between}{wording.rating_asked}",
        fields=_questions(wording),
        values={},
        submit=wording.rating_send,
        cancel="",
        choose=wording.choose,
        place=place,
        language=chat.language,
        action=GIVEN,
    )


def _questions(wording: Wording) -> tuple[Field, ...]:
    ends = {WORST: wording.rating_worst, BEST: wording.rating_best}
    numbers = range(BEST, WORST - 1, -1)
    options = tuple(Option(str(n), f"{n} – {ends[n]}" if n in ends else str(n)) for n in numbers)
    return (
        Field(RATING, FieldKind.SELECT, wording.rating_label, required=True, options=options),
        Field(SENTENCE, FieldKind.MULTILINE, wording.rating_sentence, max_length=LONGEST),
    )
