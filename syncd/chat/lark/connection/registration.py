"""An app that Lark makes when somebody scans a code, by the SDK's registration. Experimental.

No page of the vendor's describes it. The SDK waits for answers without a limit, so the limits are
ours: https://github.com/larksuite/oapi-sdk-python/tree/v2_main/lark_oapi/scene/registration
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from syncd.core.errors import SyncdError

_ANSWERS_SECONDS = 30
"""How long Lark may take for its first answer, and for its last one after the code has expired."""
_ACCOUNTS = ("https://accounts.feishu.cn", "https://accounts.larksuite.com")
"""Where the SDK begins, and where it goes on when whoever scans is of the other brand."""
_BRANDS = {"feishu": "https://open.feishu.cn", "lark": "https://open.larksuite.com"}

Answer: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What the app is to be allowed and told."""

    scopes: list[str]
    events: list[str]
    callbacks: list[str]


@dataclass(frozen=True)
class Registered:
    """The app that was made."""

    app_id: str
    app_secret: str
    address: str
    """Where its platform is."""


def register(address: str, wanted: Wanted, show: Callable[[str], None]) -> Registered:
    """Have the link shown, and wait until somebody has scanned it.

    `address`: the platform that was chosen. SyncdError with the reason when no app was made.
    """
    told: queue.Queue[Answer] = queue.Queue()
    stop = threading.Event()
    asks = threading.Thread(target=_ask, args=(address, wanted, told, stop), daemon=True)
    asks.start()
    try:
        answer = told.get(timeout=_ANSWERS_SECONDS)
        if "url" in answer:
            show(answer["url"])
            answer = told.get(timeout=answer["expire_in"] + _ANSWERS_SECONDS)
    except queue.Empty:
        raise SyncdError("Lark does not answer") from None
    finally:
        stop.set()
    if "wrong" in answer:
        raise SyncdError(answer["wrong"])
    brand = answer.get("user_info", {}).get("tenant_brand", "")
    known = address in _BRANDS.values()
    address = _BRANDS.get(brand, address) if known else address
    return Registered(answer["client_id"], answer["client_secret"], address)


def _ask(address: str, wanted: Wanted, told: "queue.Queue[Answer]", stop: threading.Event) -> None:
    from lark_oapi.scene import registration

    accounts = _ACCOUNTS if address in _BRANDS.values() else (address, address)
    addons = {
        "preset": False,
        "scopes": {"tenant": wanted.scopes},
        "events": {"items": {"tenant": wanted.events}},
        "callbacks": {"items": wanted.callbacks},
    }
    try:
        made = registration.register_app(
            on_qr_code=told.put,
            source="syncd",
            cancel_event=stop,
            domain=accounts[0],
            lark_domain=accounts[1],
            app_preset={"name": "Support Bot"},
            addons=addons,
        )
    except registration.AppAccessDeniedError:
        made = {"wrong": "Whoever scanned it refused"}
    except registration.AppExpiredError:
        made = {"wrong": "The code has expired"}
    except Exception as failure:  # Whatever the SDK and its libraries raise ends the waiting.
        made = {"wrong": f"Lark made no app ({type(failure).__name__})"}
    told.put(made)
