"""The helpdesk, in this process: tickets, comments, and a search index that lags behind."""

from collections.abc import Callable, Collection

from simulation.asking import PROJECTS, Forms
from simulation.tickets import Issue, Remark, Secrecy, filed, ticket, whole
from simulation.weather import Weather

from syncd.core import text
from syncd.core.desks.desk import RequestKind
from syncd.core.desks.filing import Filing
from syncd.core.doubt import Probe
from syncd.core.errors import Cause, Rejected
from syncd.core.fields.field import Problem
from syncd.core.fields.form import Form
from syncd.core.model import (
    AccountId,
    Comment,
    CommentId,
    DeliveryId,
    Filed,
    Language,
    Ms,
    Ticket,
    TicketId,
    TicketKey,
)
from syncd.core.publicity import Publicity
from syncd.core.ticket_card.moves import Transition
from syncd.core.watching import ChangedTicket, Page

OURS, ENGINEER = AccountId("acc-syncd"), AccountId("acc-eve")
_PAGE = 2


class FakeDesk:
    """A Helpdesk whose every call is under the weather."""

    def __init__(self, weather: Weather, now: Callable[[], int], lag: Callable[[], int]) -> None:
        self._weather = weather
        self._now = now
        self._lag = lag
        self._deeds = 0
        self.forms = Forms()
        self.issues: dict[TicketId, Issue] = {}
        self.said_public: set[CommentId] = set()
        """Comments of which the portal said, in this turn, that they are public."""

    # -- what engineers do

    def says(self, issue: Issue, words: str, secrecy: Secrecy = Secrecy.NONE) -> Remark:
        return self._add(issue, words, ENGINEER, secrecy)

    def flips(self, issue: Issue, remark: Remark, secrecy: Secrecy, *, touch: bool) -> None:
        remark.secrecy = secrecy
        remark.always_public = False
        remark.public_since = self._next()
        remark.flips += 1
        if touch:
            self._touch(issue)

    def edits(self, issue: Issue, remark: Remark) -> None:
        remark.edited.append(self._now())
        remark.updated_ms = self._now()
        remark.words = f"{remark.words.partition(' ')[0]} [[{len(remark.edited)}]]"
        self._touch(issue)

    def deletes(self, issue: Issue, remark: Remark) -> None:
        remark.deleted = True
        remark.always_public = False
        self._touch(issue)

    def _add(
        self, issue: Issue, words: str, author: AccountId, secrecy: Secrecy, ref: str = ""
    ) -> Remark:
        now = self._now()
        number = sum(len(i.remarks) for i in self.issues.values()) + 1
        public = secrecy is Secrecy.NONE
        remark = Remark(
            CommentId(str(number)), words, author, now, now, secrecy, ref, self._next(), public
        )
        issue.remarks.append(remark)
        self._touch(issue)
        return remark

    def _next(self) -> int:
        self._deeds += 1
        return self._deeds

    def _touch(self, issue: Issue) -> None:
        now = self._now()
        issue.updated_ms = max(now, issue.updated_ms + 1)
        issue.indexed.append((now + self._lag(), issue.updated_ms))

    def remark(self, id: CommentId) -> Remark | None:
        everything = (r for issue in self.issues.values() for r in issue.remarks)
        return next((r for r in everything if r.id == id and not r.deleted), None)

    def _issue(self, key: TicketKey) -> Issue:
        return next(issue for issue in self.issues.values() if issue.key == key)

    # -- asking

    def whoami(self) -> AccountId:
        return self._weather.read("whoami", lambda: OURS)

    def form(
        self,
        kind: RequestKind,
        language: Language | None = None,
        known: Form | None = None,
    ) -> Form:
        return self._weather.read("form", lambda: self.forms.of(kind))

    def find_account(self, email: str, desk: str = "") -> AccountId | None:
        return self._weather.read("find_account", lambda: AccountId(f"acc-{email}"))

    def find_person(self, email: str) -> AccountId | None:
        return self.find_account(email)

    def problems(self, filing: Filing) -> tuple[Problem, ...]:
        return self._weather.read("problems", lambda: self.forms.problems(filing))

    def make_account(
        self,
        email: str,
        name: str,
        desk: str = "",
        *,
        invite: bool,
        made: AccountId | None = None,
        spend: Callable[[], None] = lambda: None,
        keep: Callable[[AccountId], None] = lambda account: None,
    ) -> AccountId:
        raise AssertionError("everybody has an account here")

    # -- filing

    def key_floor(self, project: str) -> int:
        def look() -> int:
            known = [i for i in self.issues.values() if self._as_indexed(i)]
            return max((i.number for i in known if i.project == project), default=0)

        return self._weather.read("key_floor", look)

    def create(self, filing: Filing) -> Filed:
        no = Rejected("the summary is too vague", Cause.INVALID)
        self.forms.hold(filing)
        return self._weather.write("create", lambda: self._create(filing), no)

    def _create(self, filing: Filing) -> Filed:
        number = len(self.issues) + 1
        issue = Issue(TicketId(str(10_000 + number)), number, filing.marker, self._now())
        issue.project, issue.filing = PROJECTS[filing.kind], filing
        self.issues[issue.id] = issue
        self._touch(issue)
        return filed(issue)

    def find_created(
        self, project: str, marker: str, floor: int, sent_ms: Ms, canary: TicketId
    ) -> Probe:
        def look() -> Probe:
            above = [i for i in self.issues.values() if i.number > floor]
            found = [i for i in above if i.marker == marker and i.project == project]
            return Probe(tuple(filed(issue) for issue in found), proven=True)

        return self._weather.read("find_created", look, unsure=Probe((), proven=False))

    # -- polling

    def changed_since(self, since_ms: Ms, page: str) -> Page:
        return self._weather.read("changed_since", lambda: self._search(since_ms, page))

    def _search(self, since_ms: int, page: str) -> Page:
        known = [
            (seen, issue.id) for issue in self.issues.values() if (seen := self._as_indexed(issue))
        ]
        at, _, id = page.partition(" ")
        beyond = (int(at), TicketId(id)) if page else (0, TicketId(""))
        rows = sorted(row for row in known if row[0] >= since_ms and row > beyond)
        shown = tuple(ChangedTicket(id, str(at), Ms(at)) for at, id in rows[:_PAGE])
        token = f"{shown[-1].updated_ms} {shown[-1].id}" if len(rows) > _PAGE else ""
        return Page(shown, Ms(self._now()), token)

    def _as_indexed(self, issue: Issue) -> int:
        """Return the newest `updated_ms` that the search knows of, 0 when it knows nothing."""
        now = self._now()
        return max((updated for at, updated in issue.indexed if at <= now), default=0)

    def tickets(self, ids: list[TicketId]) -> list[Ticket]:
        def look() -> list[Ticket]:
            return [ticket(self.issues[id]) for id in ids if id in self.issues]

        return self._weather.read("tickets", look, unsure=[])

    def keys(self, ids: list[TicketId]) -> dict[TicketId, TicketKey]:
        def look() -> dict[TicketId, TicketKey]:
            return {id: self.issues[id].key for id in ids if id in self.issues}

        return self._weather.read("tickets", look, unsure={})

    def comment_details(self, ids: list[CommentId]) -> dict[CommentId, Comment]:
        def look() -> dict[CommentId, Comment]:
            found = (self.remark(id) for id in ids)
            return {remark.id: whole(remark) for remark in found if remark is not None}

        return self._weather.read("comment_details", look, unsure={})

    def as_customer(self, key: TicketKey) -> Filed:
        return self._weather.read("as_customer", lambda: filed(self._issue(key)))

    def transitions(self, key: TicketKey) -> tuple[Transition, ...]:
        return ()

    def publicity(self, key: TicketKey, comment_id: CommentId) -> Publicity:
        def look() -> Publicity:
            remark = self.remark(comment_id)
            if remark is None or not remark.public:
                self.said_public.discard(comment_id)
                return Publicity.NOT_PUBLIC
            self.said_public.add(comment_id)
            return Publicity.PUBLIC

        return self._weather.read("publicity", look, unsure=Publicity.UNREADABLE)

    def portal_hides(self, key: TicketKey, ids: Collection[CommentId]) -> set[CommentId]:
        def look() -> set[CommentId]:
            listed = {remark.id for remark in self._issue(key).remarks if remark.public}
            return set(ids) - listed

        return self._weather.read("portal_hides", look, unsure=set())

    # -- talking

    def add_comment(
        self, ticket: TicketKey, author: str, body: text.Body, key: DeliveryId
    ) -> CommentId:
        words, issue = text.dump(body), self._issue(ticket)

        def effect() -> CommentId:
            return self._add(issue, words, OURS, Secrecy.NONE, ref=key).id

        no = Rejected("the ticket takes no comments", Cause.FORBIDDEN)
        return self._weather.write("add_comment", effect, no)

    def find_comment(self, ticket: TicketKey, key: DeliveryId) -> CommentId | None:
        def look() -> CommentId | None:
            found = [r.id for r in self._issue(ticket).remarks if r.ref == key]
            return found[0] if found else None

        return self._weather.read("find_comment", look)

    def change_comment(
        self, ticket: TicketKey, comment: CommentId, author: str, body: text.Body, key: DeliveryId
    ) -> None:
        self._revise("change_comment", ticket, comment, text.dump(body))

    def delete_comment(self, ticket: TicketKey, comment: CommentId) -> None:
        self._revise("delete_comment", ticket, comment, "")

    def _revise(self, name: str, key: TicketKey, id: CommentId, words: str) -> None:
        """Let a comment say something else, or go where it is to say nothing."""

        def effect() -> None:
            remark = self.remark(id)
            if remark is None:
                raise Rejected("there is no such comment", Cause.GONE)
            remark.words, remark.updated_ms, remark.deleted = words, self._now(), not words
            self._touch(self._issue(key))

        no = Rejected("this comment cannot be changed", Cause.FORBIDDEN)
        self._weather.write(name, effect, no)
