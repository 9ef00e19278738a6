from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class JsmSettings:
    """Which site, desk and request type, and who we are there."""

    api_base: str
    """`https://your-site.atlassian.net`, or the gateway's address with the cloud id."""
    account_email: str
    api_token: str = field(repr=False)
    service_desk: str
    project: str
    request_type: str
    marker_field: str = ""
    """Field of the request type that takes the marker; empty: the labels, where they are on the
    form, else the last line of the description."""
    forms_base: str = ""
    """Where the Forms API is, without a path; empty: nobody asks for Forms."""
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
