"""An app that Lark makes when somebody scans a code: the code, and what became of it."""

import shutil
from typing import TYPE_CHECKING

from syncd.cli.setup.asking import say, wrong
from syncd.core.errors import SyncdError

if TYPE_CHECKING:
    from syncd.doctor.registering import Registered

SCAN = "scan"


def scanned(address: str) -> "Registered | None":
    """Show the code until somebody has scanned it; None, and told why, when nobody did."""
    from syncd.doctor.registering import app_by_code

    try:
        made = app_by_code(address, _show)
    except KeyboardInterrupt:
        wrong("Nobody scanned it")
        return None
    except SyncdError as failure:
        wrong(str(failure))
        return None
    say("  Only whoever scanned it sees the bot, until a version for more people is published.")
    return made


def _show(link: str) -> None:
    import segno

    code = segno.make(link, error="l")
    if code.symbol_size()[0] <= shutil.get_terminal_size().columns:
        code.terminal(compact=True)
    say(f"  Scan this with Lark, or open it in a browser: {link}")
    say("  Ctrl-C takes you back.")
