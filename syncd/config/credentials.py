"""The systemd credentials folder, by a fixed table of names.

https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html (Credentials)
"""

import os
from pathlib import Path
from typing import Any

from syncd.config.values import trimmed
from syncd.core.errors import ConfigError

CREDENTIALS = {
    "lark_app_secret": ("lark", "app_secret"),
    "jsm_api_token": ("jsm", "api_token"),
    "store_url": ("store", "url"),
    "network_proxy": ("network", "proxy"),
    "translate_api_key": ("translate", "api_key"),
    "alerts_heartbeat_url": ("alerts", "heartbeat_url"),
    "alerts_webhook_url": ("alerts", "webhook_url"),
}
"""File name in the credentials folder -> section and key."""


def read() -> dict[str, Any]:
    """Return what the folder holds, by section and key; ConfigError when it cannot be read."""
    found: dict[str, Any] = {}
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    for name, (section, key) in CREDENTIALS.items() if folder else ():
        path = Path(folder) / name
        try:
            found.setdefault(section, {})[key] = trimmed(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except UnicodeDecodeError:
            wrong = "is not written in UTF-8; save it as UTF-8"
            raise ConfigError([f"{section}.{key}: {path} {wrong}"]) from None
        except OSError as exc:
            raise ConfigError([f"{section}.{key}: {path} cannot be read: {exc}"]) from None
    return {section: keys for section, keys in found.items() if keys}
