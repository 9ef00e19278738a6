"""The portal's own form, which asks what a card cannot."""

from urllib.parse import quote

from syncd.core.fields.form import Form
from syncd.core.model import DESCRIPTION, SUMMARY, Values

_PORTALS = "/servicedesk/customer/portals"
_LONGEST = 4_000
"""Characters of an address that every browser and proxy takes."""


# Seen on a live portal: https://asudev.jira.com/servicedesk/customer/portal/28/create/276
# That the query fills fields in is from memory; where it does not, it does no harm.
def own_form(portal_base: str, form: Form, values: Values) -> str:
    """Return the form's address with as much of summary and description as it has room for."""
    if not form.portal_path:
        return portal_base + _PORTALS
    address, between = portal_base + form.portal_path, "?"
    for name in (SUMMARY, DESCRIPTION):
        said = str(values.get(name, ""))
        room = _LONGEST - len(address) - len(f"{between}{name}=")
        if filled := _fitting(said, room):
            address, between = f"{address}{between}{name}={filled}", "&"
    return address


def _fitting(said: str, room: int) -> str:
    """Return the longest beginning of it, quoted, that has so many characters at most."""
    quoted = quote(said[: max(room, 0)], safe="", errors="replace")
    while len(quoted) > room:
        said = said[: min(len(said), room) * 3 // 4]
        quoted = quote(said, safe="", errors="replace")
        if not said:
            return ""
    return quoted
