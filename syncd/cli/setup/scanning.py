"""An app that Lark makes when somebody scans a code, by the SDK's registration. Experimental.

The SDK waits for answers without a limit, so the limits are ours:
https://github.com/larksuite/oapi-sdk-python/tree/v2_main/lark_oapi/scene/registration
"""

import queue
import shutil
import threading
from dataclasses import dataclass
from typing import Any, TypeAlias

import segno

from syncd.cli.setup.asking import say, wrong

SCAN = "scan"
_ANSWERS_SECONDS = 30
"""How long Lark may take for its first answer, and for its last one after the code has expired."""
_LOOK_SECONDS = 0.5
_ACCOUNTS = ("https://accounts.feishu.cn", "https://accounts.larksuite.com")
"""Where the SDK begins, and where it goes on when whoever scans is of the other brand."""
_BRANDS = {"feishu": "https://open.feishu.cn", "lark": "https://open.larksuite.com"}

Answer: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Scanned:
    """The app that was made."""

    app_id: str
    app_secret: str
    address: str
    """Where its platform is."""


def scanned(address: str) -> Scanned | None:
    """Show the code until somebody has scanned it; None, and told why, when nobody did."""
    told: queue.Queue[Answer] = queue.Queue()
    stop = threading.Event()
    asks = threading.Thread(target=_register, args=(address, told, stop), daemon=True)
    asks.start()
    try:
        begun = told.get(timeout=_ANSWERS_SECONDS)
        if "url" in begun:
            _show(begun["url"])
            begun = told.get(timeout=begun["expire_in"] + _ANSWERS_SECONDS)
    except queue.Empty:
        begun = {"wrong": "Lark does not answer"}
    except KeyboardInterrupt:
        begun = {"wrong": "Nobody scanned it"}
    stop.set()
    if "wrong" in begun:
        wrong(begun["wrong"])
        return None
    brand = begun.get("user_info", {}).get("tenant_brand", "")
    say("  Only whoever scanned it sees the bot, until a version for more people is published.")
    known = address in _BRANDS.values()
    address = _BRANDS.get(brand, address) if known else address
    return Scanned(begun["client_id"], begun["client_secret"], address)


def _register(address: str, told: "queue.Queue[Answer]", stop: threading.Event) -> None:
    from lark_oapi.scene import registration

    from syncd.doctor.lark import CLICKS, EVENTS, MESSAGES
    from syncd.doctor.scopes import ALL

    accounts = _ACCOUNTS if address in _BRANDS.values() else (address, address)
    try:
        told.put(
            registration.register_app(
                on_qr_code=told.put,
                source="syncd",
                cancel_event=stop,
                domain=accounts[0],
                lark_domain=accounts[1],
                app_preset={"name": "Support Bot"},
                addons={
                    "preset": False,
                    "scopes": {"tenant": [scope.name for scope in ALL]},
                    "events": {"items": {"tenant": [MESSAGES, *EVENTS]}},
                    "callbacks": {"items": [CLICKS]},
                },
            )
        )
    except registration.AppAccessDeniedError:
        told.put({"wrong": "Whoever scanned it refused"})
    except registration.AppExpiredError:
        told.put({"wrong": "The code has expired"})
    except Exception as failure:  # Whatever the SDK and its libraries raise ends the waiting.
        told.put({"wrong": f"Lark made no app ({type(failure).__name__})"})


def _show(link: str) -> None:
    code = segno.make(link, error="l")
    if code.symbol_size()[0] <= shutil.get_terminal_size().columns:
        code.terminal(compact=True)
    say(f"  Scan this with Lark, or open it in a browser: {link}")
    say("  Ctrl-C takes you back.")
