"""The two pages that tell a machine how the daemon is."""

import json

from syncd import __version__
from syncd.ops.guardian import Guardian
from syncd.ops.web import Page


def live(guardian: Guardian) -> Page:
    """/healthz: 503 when only a restart would help."""
    still = list(guardian.frozen())
    said = {"live": not still, "version": __version__, "frozen": still}
    return Page(503 if still else 200, json.dumps(said))


def ready(guardian: Guardian) -> Page:
    """/readyz: would a mention be served now? 503 with the reasons when it would not."""
    found = [{"what": reason.what, "why": reason.why} for reason in guardian.reasons()]
    said = {"ready": not found, "reasons": found}
    return Page(503 if found else 200, json.dumps(said))
