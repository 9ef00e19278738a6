"""What names a helpdesk's site, whatever its address, and whether two addresses are one site's."""

import re
from dataclasses import dataclass

# https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#other-integrations
_GATEWAY = re.compile(r"/ex/jira/([0-9A-Za-z-]+)/?$")


@dataclass(frozen=True)
class Site:
    """Both are empty where nobody tells."""

    cloud_id: str = ""
    own_address: str = ""
    """The address that the site calls its own."""


def cloud_id_in(address: str) -> str:
    """Return the cloud id that a gateway's address holds, empty for a site's own address."""
    found = _GATEWAY.search(address)
    return found[1] if found else ""


def is_same(before: str, known_id: str, site: Site) -> bool:
    """Tell whether the site is the one that had the address `before` and, if known, that id."""
    told = known_id or cloud_id_in(before)
    if told and site.cloud_id:
        return told.lower() == site.cloud_id.lower()
    return bool(site.own_address) and _plain(before) == _plain(site.own_address)


def _plain(address: str) -> str:
    return address.rstrip("/").lower()
