"""Refusals that only operators can mend: what is refused waits, as while the login is lost."""

from collections.abc import Iterator
from contextlib import contextmanager

from syncd.core.errors import Cause, Denied, Rejected

_SAYS = {
    403: "our account may not {what}: a permission or its agent's licence is missing",
    404: "our account may not {what}: the place is not there, or not for our account",
}
_ENDS = (Cause.INVALID, Cause.CONTENT, Cause.TOO_LARGE)


@contextmanager
def waits_for_operators(what: str) -> Iterator[None]:
    """Raise Denied in place of a refusal that is about our account or the place, not about what
    was written."""
    try:
        yield
    except Rejected as refusal:
        if refusal.cause in _ENDS or not refusal.status:
            raise
        raise denied(refusal, what) from refusal


def denied(refusal: Rejected, what: str, told: str = "") -> Denied:
    """Return the refusal by name, without the platform's words, which may quote what was typed."""
    other = "our account may not {what}"
    said = _SAYS.get(refusal.status, other).format(what=what)
    if refusal.cause is Cause.HIDDEN:
        said = str(refusal)  # In our own words, which tell the remedy.
    found = Denied(f"{said} (HTTP {refusal.status})" if refusal.status else said, told)
    found.platform = refusal.platform
    return found


def unless_known(failure: Exception) -> Exception:
    """Return Denied in place of a refusal whose reason is not known: nothing ends by it at once."""
    if isinstance(failure, Rejected) and failure.cause is Cause.UNKNOWN:
        return Denied(f"{failure} (a code that syncd does not know)")
    return failure
