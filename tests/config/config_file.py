"""A configuration to write down, whole or wrong, and what is said of it."""

from pathlib import Path

import pytest

from syncd import config
from syncd.core.errors import ConfigError

MINIMAL = """\
[lark]
app_id = "cli_1"
[jsm]
api_base = "https://acme.atlassian.net/"
portal_base = "https://support.acme.example"
account_email = "bot@acme.example"
service_desk = "1"
project = "HELP"
request_type = "10"
"""
CHAT = '[[chats]]\nid = "oc_acme"\n'
TECHNICAL = """[[desks]]
name = "technical"
service_desk = "1"
project = "HELP"
request_types = ["10", "11"]
"""
BILLING = """[[desks]]
name = "billing"
service_desk = "3"
project = "BILL"
request_types = ["20"]
"""
SECRETS = {"SYNCD_LARK__APP_SECRET": "lark-secret", "SYNCD_JSM__API_TOKEN": "jsm-token"}


def written(path: Path, more: str = "", text: str = MINIMAL) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + more, encoding="utf-8")
    return path


def problems(path: Path, *, secrets: bool = True) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.load(path, secrets=secrets)
    return caught.value.problems


def problem(path: Path) -> str:
    """The one thing that is wrong with the file."""
    (line,) = problems(path)
    return line
