"""Of the vendor's SDK only the long connection is loaded, and late."""

import subprocess
import sys
from importlib.metadata import version
from typing import Any

from syncd.chat.lark.connection.socket import LarkSocket

_LOADS_LITTLE = """
import asyncio, sys

async def load():
    from syncd.chat.lark.connection import longconn
    assert longconn.LongConnection.__mro__[1].__module__ == "lark_oapi.ws.client"

asyncio.run(load())
assert not [name for name in sys.modules if name.startswith("lark_oapi.api")]
assert "lark_oapi" not in sys.modules
assert "pkg_resources" not in sys.modules
import lark_oapi
assert lark_oapi.EventDispatcherHandler.builder and lark_oapi.ws.Client
"""


def test_sdk_is_loaded_in_part_and_can_still_be_loaded_whole() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADS_LITTLE], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_sdk_is_loaded_only_when_the_socket_connects() -> None:
    script = (
        "import sys, syncd.chat.lark.connection.socket; assert 'lark_oapi.ws' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_discovery_says_that_it_is_the_sdk(lark: Any, open_socket: LarkSocket) -> None:
    """Without tags, as the SDK of this version sends it of itself."""
    (call, *_) = lark.calls("/callback/ws/endpoint")
    assert call.headers["user-agent"] == f"oapi-sdk-python/v{version('lark-oapi')}"
