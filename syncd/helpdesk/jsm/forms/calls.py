"""The calls of the Forms API, and where it is.

https://developer.atlassian.com/cloud/forms/rest/
"""

from urllib.parse import urlsplit

from syncd.core.model import Language
from syncd.core.operators.site import cloud_id_in
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire.call import Call, segment, spoken

_STANDARD = "https://api.atlassian.com"


def standard_host(api_base: str) -> str:
    """Return where the Forms API is when nobody says so: at the gateway, whose host it shares."""
    gateway = urlsplit(api_base)
    return f"{gateway.scheme}://{gateway.netloc}" if cloud_id_in(api_base) else _STANDARD


def host(settings: JsmSettings) -> str:
    """Return the address that Forms are asked at, empty where nobody is to ask for any."""
    return settings.forms_base.rstrip("/")


def places(settings: JsmSettings, cloud_id: str) -> list[str]:
    """Return below which paths the Forms of the site may be, the likeliest first."""
    found = [f"/jira/forms/cloud/{segment(cloud_id)}"]
    # The gateway's own route is known from one open-source client and the Forge documents.
    through = cloud_id_in(settings.api_base)
    if through and host(settings) == standard_host(settings.api_base):
        found.insert(0, f"{urlsplit(settings.api_base).path.rstrip('/')}/forms")
    return found


def template(place: str, settings: JsmSettings, language: Language | None) -> Call:
    return Call("GET", _path(place, settings), spoken(language))


def choices(place: str, settings: JsmSettings) -> Call:
    """Return the call for the choices of questions that are linked to fields of Jira."""
    return Call("GET", f"{_path(place, settings)}/externaldata")


def _path(place: str, settings: JsmSettings) -> str:
    desk, kind = segment(settings.service_desk), segment(settings.request_type)
    return f"{place}/servicedesk/{desk}/requesttype/{kind}/form"
