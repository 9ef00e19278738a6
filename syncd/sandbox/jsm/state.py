"""The site as it stands, and the only functions that change it."""

import itertools
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields.every import EVERY_KIND, ONLY_SUMMARY
from syncd.sandbox.jsm.fields.technical import TECHNICAL
from syncd.sandbox.jsm.forms.every import IN_A_FORM
from syncd.sandbox.jsm.limits import Limits
from syncd.sandbox.jsm.records import (
    AUTOMATION,
    PUBLIC_PROPERTY,
    Account,
    Attachment,
    Comment,
    Ticket,
)
from syncd.sandbox.jsm.search.index import Index, Row
from syncd.sandbox.jsm.switches import Switches
from syncd.sandbox.jsm.text.adf import Adf
from syncd.sandbox.world import World


class JiraState:
    """The whole site. Hold `world.lock` around every call."""

    def __init__(self, world: World, switches: Switches | None = None) -> None:
        self.world = world
        self.switches = switches or Switches()
        self.index = Index()
        self.limits = Limits(world.clock)
        self.tickets: dict[str, Ticket] = {}
        self.moved: dict[str, Ticket] = {}
        """By the keys that they had before."""
        self.by_id: dict[int, Ticket] = {}
        self.by_comment: dict[int, Ticket] = {}
        self.token = site.BOT_TOKEN
        """Change it to make the one that the daemon holds expire."""
        self.cloud_id = site.CLOUD_ID
        self.own_address = ""
        """What the site calls its own address; empty: the one that it is called by."""
        others = (EVERY_KIND, IN_A_FORM, ONLY_SUMMARY, TECHNICAL)
        self.request_types = {**site.REQUEST_TYPES, **{kind.id: kind for kind in others}}
        """By id; put another one here to do what the desk's administrator may do any day."""
        self.created_accounts: dict[str, Account] = {}
        self.desk_customers = {
            p.account_id for p in world.people.values() if p.account_type == "customer"
        }
        self._other_customers: dict[str, set[str]] = {}
        """By desk, for every desk but the first."""
        self.temporary_files: dict[str, Attachment] = {}
        self._numbers = {project.key: itertools.count(1) for project in site.PROJECTS}
        self._ids = itertools.count(10_001)

    def now(self) -> int:
        return self.world.clock.now_ms()

    def next_id(self) -> int:
        return next(self._ids)

    # People.

    def accounts(self) -> list[Account]:
        """Return every account, the bot's first."""
        bot = Account(site.BOT_ACCOUNT_ID, site.BOT_NAME, site.BOT_EMAIL)
        people = [
            Account(p.account_id, p.name, p.email, p.account_type)
            for p in self.world.people.values()
            if p.account_id
        ]
        known = {account.account_id for account in people}
        others = [a for a in self.created_accounts.values() if a.account_id not in known]
        return [bot, AUTOMATION, *people, *others]

    def account(self, account_id: str) -> Account | None:
        return next((a for a in self.accounts() if a.account_id == account_id), None)

    def name_of(self, account_id: str) -> str:
        account = self.account(account_id)
        return account.name if account else "Former user"

    def create_customer(self, email: str, name: str) -> Account:
        """Add a portal-only account; a person of the world with that address now has it."""
        account = Account(f"qm:sandbox:{self.next_id()}", name, email, "customer")
        self.created_accounts[account.account_id] = account
        for person in list(self.world.people.values()):
            if person.email.casefold() == email.casefold() and not person.account_id:
                known = replace(person, account_id=account.account_id, account_type="customer")
                self.world.people[person.key] = known
        return account

    def is_agent(self, account_id: str) -> bool:
        """Whether the account holds a licence and works on the desk."""
        if account_id == site.BOT_ACCOUNT_ID:
            return self.switches.bot_is_agent
        return any(p.engineer and p.account_id == account_id for p in self.world.people.values())

    def bot_sees(self, project: site.Project) -> bool:
        """Whether the bot may open the project's portal."""
        if project == site.BILLING:
            return self.switches.bot_sees_billing
        return self.switches.bot_sees_project

    def bot_reads(self, project: site.Project) -> bool:
        """Whether the platform shows the bot its issues: to a customer without a licence it does
        not, whatever /mypermissions says of them and whatever the portal shows them."""
        return self.bot_sees(project) and self.switches.bot_is_agent

    def customers_of(self, project: site.Project) -> set[str]:
        """Return the accounts on the list of that project's desk."""
        if project == site.HOME:
            return self.desk_customers
        return self._other_customers.setdefault(project.desk_id, set())

    def is_customer(self, account_id: str, project: site.Project) -> bool:
        """Whether a request may be raised there for the account."""
        if self.account(account_id) is None:
            return False
        on_desk = account_id in self.customers_of(project) or self.is_agent(account_id)
        return self.switches.open_to_everyone or on_desk

    # Tickets.

    def skip_numbers(self, count: int) -> None:
        """Leave a gap in the keys, as failed creates and moves do."""
        for _ in range(count):
            next(self._numbers[site.HOME.key])

    def new_ticket(
        self,
        request_type: str,
        fields: dict[str, Any],
        *,
        reporter: str,
        creator: str,
        participants: Iterable[str] = (),
    ) -> Ticket:
        """Store a ticket whose values are known to be valid."""
        now, kind = self.now(), self.request_types.get(request_type)
        project = kind.project if kind else site.HOME
        ticket = Ticket(
            id=self.next_id(),
            number=next(self._numbers[project.key]),
            request_type=request_type,
            reporter=reporter,
            creator=creator,
            created=now,
            updated=now,
            status_since=now,
            participants=list(participants),
            fields=dict(fields),
            project=project,
        )
        self.tickets[ticket.key] = ticket
        self.by_id[ticket.id] = ticket
        self._reindex(ticket)
        return ticket

    def find(self, id_or_key: str) -> Ticket | None:
        """Return the issue that has or had that key (any case), or with that numeric id."""
        if id_or_key.isascii() and id_or_key.isdigit():
            return self.by_id.get(int(id_or_key))
        key = id_or_key.upper()
        return self.tickets.get(key) or self.moved.get(key)

    def move(self, ticket: Ticket, project: site.Project, request_type: str) -> None:
        """Give the ticket a key of that project; Jira finds it by its old keys, too."""
        self.moved[ticket.key] = self.tickets.pop(ticket.key)
        there = [t.number for t in self.by_id.values() if t.project is project]
        ticket.project, ticket.number = project, max(there, default=0) + 1
        ticket.request_type = request_type
        self.tickets[ticket.key] = ticket
        self.touch(ticket)

    def touch(self, ticket: Ticket) -> None:
        """Set `updated`, and tell the index, which shows it after its lag."""
        ticket.updated = self.now()
        self._reindex(ticket)

    def set_status(self, ticket: Ticket, status: str, resolution: str = "") -> None:
        """Move a ticket; KeyError for a status that the workflow does not have."""
        ticket.status = site.STATUSES[status].name
        ticket.resolution = resolution
        ticket.status_since = self.now()
        self.touch(ticket)

    def delete_ticket(self, ticket: Ticket) -> None:
        """Forget the ticket and its comments; its key is not given again."""
        del self.tickets[ticket.key], self.by_id[ticket.id]
        self.moved = {key: moved for key, moved in self.moved.items() if moved is not ticket}
        for comment in ticket.comments:
            del self.by_comment[comment.id]
        self.index.remove(ticket.id)

    def row(self, ticket: Ticket) -> Row:
        """Return the ticket as the index will hold it."""
        texts = [("summary", ticket.summary), ("description", ticket.description)]
        texts += [(k, v) for k, v in ticket.fields.items() if isinstance(v, str) and k != "summary"]
        return Row(
            id=ticket.id,
            number=ticket.number,
            key=ticket.key,
            project=ticket.project.key,
            created=ticket.created,
            updated=ticket.updated,
            labels=tuple(ticket.fields.get("labels") or ()),
            texts=tuple(texts),
        )

    def _reindex(self, ticket: Ticket) -> None:
        self.index.write(self.row(ticket), ticket.updated + self.switches.index_lag_ms)

    # Comments.

    def add_comment(
        self,
        ticket: Ticket,
        author: str,
        body: Adf,
        *,
        visibility: dict[str, str] | None = None,
        properties: dict[str, Any] | None = None,
        author_can_see_request: bool = True,
        attachments: Iterable[Attachment] = (),
    ) -> Comment:
        """Store a comment and its properties in one step; bumps `updated`."""
        now = self.now()
        comment = Comment(
            id=self.next_id(),
            author=author,
            body=body,
            created=now,
            updated=now,
            update_author=author,
            visibility=visibility,
            properties=dict(properties or {}),
            author_can_see_request=author_can_see_request,
            attachments=list(attachments),
        )
        comment.was_public = comment.public and author_can_see_request
        ticket.comments.append(comment)
        self.by_comment[comment.id] = ticket
        self.heard(ticket, comment)
        self.touch(ticket)
        return comment

    def comment(self, ticket: Ticket, comment_id: str) -> Comment | None:
        return next((c for c in ticket.comments if str(c.id) == comment_id), None)

    def edit_comment(self, ticket: Ticket, comment: Comment, author: str, body: Adf) -> None:
        comment.body, comment.update_author, comment.updated = body, author, self.now()
        if self.switches.edit_bumps_updated:
            self.touch(ticket)

    def delete_comment(self, ticket: Ticket, comment: Comment) -> None:
        ticket.comments.remove(comment)
        del self.by_comment[comment.id]
        if self.switches.delete_bumps_updated:
            self.touch(ticket)

    def heard(self, ticket: Ticket, comment: Comment) -> None:
        """Remember the first public words of an agent, which end an SLA for good."""
        if comment.public and self.is_agent(comment.author):
            ticket.answered.setdefault(comment.author, self.now())

    def set_public(self, ticket: Ticket, comment: Comment, public: bool) -> None:
        """Write the property that makes a comment public or internal."""
        comment.properties[PUBLIC_PROPERTY] = {"internal": not public}
        comment.was_public = comment.was_public or comment.public
        self.heard(ticket, comment)
        if self.switches.flip_bumps_updated:
            self.touch(ticket)
