"""What the site says of itself and of us."""

from collections.abc import Callable

from syncd.core.errors import Rejected, Unauthorized
from syncd.core.operators.site import Site, cloud_id_in
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import naming
from syncd.helpdesk.jsm.wire.call import Answer, Call


class About:
    """Asked at the start."""

    def __init__(self, connection: Connection, settings: JsmSettings) -> None:
        self._connection = connection
        self._settings = settings

    def site(self) -> Site:
        """Return what names the site; Unavailable when it does not answer."""
        return Site(self.cloud_id(), self._openly(naming.server(), naming.read_server))

    def cloud_id(self) -> str:
        """Return the site's id, empty when nobody tells it."""
        known = cloud_id_in(self._settings.api_base)
        return known or self._openly(naming.tenant(), naming.read_tenant)

    def _openly(self, call: Call, reader: Callable[[Answer], str]) -> str:
        """Return what the site says of itself, empty where it says no."""
        try:
            return self._connection.ask_openly(call, reader)
        except (Rejected, Unauthorized):
            return ""
