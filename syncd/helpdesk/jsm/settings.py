from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from syncd.core.desks.desk import Desk, Desks, RequestKind, projects


@dataclass(frozen=True)
class JsmSettings:
    """Which site, desk and request type, and who we are there."""

    api_base: str
    """`https://your-site.atlassian.net`, or the gateway's address with the cloud id."""
    account_email: str
    api_token: str = field(repr=False)
    service_desk: str
    """With the next two: where a request is made; `of` tells it for each kind."""
    project: str
    request_type: str
    marker_field: str = ""
    """Field of the request type that takes the marker; empty: the labels, where they are on the
    form, else the last line of the description."""
    forms_base: str = ""
    """Where the Forms API is, without a path; empty: nobody asks for Forms."""
    named: Desks = ()
    """The desks that the configuration names, if it does."""
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By field, the labels by value of choices that Jira does not list."""
    first_response: str = ""
    """The SLA that tells when a first answer is due, by name or by its field's id; empty: none."""
    desk_only: bool = True
    """Whether only people on the desk's own list count as known. False counts every account of
    the site, and leaves it to Jira to refuse the ones that may not raise tickets here."""
    read_seconds: float = 20.0
    """How long an answer to a question may take."""
    write_seconds: float = 60.0
    """How long an answer to a create or a comment may take before it counts as in doubt."""

    @property
    def desks(self) -> Desks:
        """Every desk, an unnamed one where that is the only one."""
        return self.named or (Desk("", self.service_desk, self.project, (self.request_type,)),)

    @property
    def projects(self) -> tuple[str, ...]:
        return projects(self.desks)

    @property
    def offers_a_choice(self) -> bool:
        return sum(len(desk.request_types) for desk in self.desks) > 1

    def of(self, kind: RequestKind) -> "JsmSettings":
        """Return the settings with the place of that kind; ours, where it names no desk."""
        desk = next((desk for desk in self.named if desk.name == kind.desk), None)
        if desk is None:
            return self
        return replace(
            self, service_desk=desk.service_desk, project=desk.project, request_type=kind.type
        )

    def desk_of_project(self, project: str) -> str:
        """Return the helpdesk's id of the desk with that project; else the project's own key, which
        serves as well."""
        # https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/
        ids = {desk.project: desk.service_desk for desk in self.desks}
        return ids.get(project, project)

    def desk_id(self, name: str) -> str:
        """Return the helpdesk's id of the desk of that name; of the first, where there is none."""
        ids = {desk.name: desk.service_desk for desk in self.desks}
        return ids.get(name, self.desks[0].service_desk)
