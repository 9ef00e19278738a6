"""What changed in all projects: one search, or one for each where that is refused."""

from dataclasses import replace

from syncd.core.errors import Rejected
from syncd.core.model import Ms
from syncd.core.watching import Page
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.wire import tickets


class Changes:
    """Searches page by page; a token begins with the number of the project it is about, if any."""

    def __init__(self, connection: Connection, projects: tuple[str, ...]) -> None:
        self._connection, self._projects = connection, projects

    # A project that our account may not browse does not exist for a search, which is refused as a
    # whole; where it only finds less, whoever reads the tickets notices.
    # https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
    def since(self, since_ms: Ms, page: str) -> Page:
        """Return one page; of several projects, those that are refused are named on it."""
        alone, _, token = page.rpartition(" ")
        if alone:
            return self._one_by_one(int(alone), since_ms, token)
        try:
            return self._search(self._projects, since_ms, token)
        except Rejected:
            if token or len(self._projects) == 1:
                raise
        return self._one_by_one(0, since_ms, "")

    def _one_by_one(self, number: int, since_ms: Ms, token: str) -> Page:
        """Return the next page that has tickets, or the last of all."""
        denied: list[str] = []
        found = Page((), Ms(0))
        while number < len(self._projects) and not found.rows and not found.next:
            project = self._projects[number]
            try:
                found = self._search((project,), since_ms, token)
            except Rejected:
                denied.append(project)
            number, token = (number if found.next else number + 1), ""
        next = f"{number} {found.next}" if number < len(self._projects) else ""
        return replace(found, next=next, denied=tuple(denied))

    def _search(self, projects: tuple[str, ...], since_ms: Ms, token: str) -> Page:
        call = tickets.changed(projects, since_ms, token)
        return self._connection.read(call, tickets.read_changed)
