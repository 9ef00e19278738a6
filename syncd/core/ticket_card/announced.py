"""What of a ticket's life is said in its thread, and what its card shows besides its status."""

from enum import StrEnum


class Announced(StrEnum):
    STATUS = "status"
    """Each change of its status."""
    RESOLVED = "resolved"
    """That it was resolved, or opened again."""
    ASSIGNEE = "assignee"
    """That somebody, or somebody else, works on it."""


class OnCard(StrEnum):
    """No document says that a portal shows any of these, so a chat shows what it is told to show:
    https://support.atlassian.com/jira-service-management-cloud/docs/hidden-and-unsupported-fields/
    """

    ASSIGNEE = "assignee"
    PRIORITY = "priority"
    UPDATED = "updated"
    """When customers last got to see something new of it."""
