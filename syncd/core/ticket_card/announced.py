"""What of a ticket's life is said in its thread, besides being shown by its card."""

from enum import StrEnum


class Announced(StrEnum):
    STATUS = "status"
    """Each change of its status."""
    RESOLVED = "resolved"
    """That it was resolved, or opened again."""
