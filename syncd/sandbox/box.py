"""The sandbox as one thing: both fakes and the page, started and stopped together."""

import tomllib
from types import TracebackType
from typing import Self

from syncd.sandbox.control import page_app
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.app import jsm_app
from syncd.sandbox.jsm.engineers import JiraPeople
from syncd.sandbox.jsm.fields.technical import TECHNICAL
from syncd.sandbox.jsm.state import JiraState
from syncd.sandbox.lark.app import lark_app
from syncd.sandbox.lark.people import LarkPeople
from syncd.sandbox.lark.seed import seed
from syncd.sandbox.lark.state import LarkState
from syncd.sandbox.server import Servers, Watched
from syncd.sandbox.world import World

_CONFIG = """\
[lark]
base_url = "{lark_url}"
app_id = "{app_id}"

[jsm]
api_base = "{jsm_url}"
portal_base = "{jsm_url}"
forms_base = "{jsm_url}"
account_email = "{account_email}"
service_desk = "{service_desk}"
project = "{project}"
request_type = "{request_type}"
marker_field = "customfield_10050"

[store]
url = "{store_url}"

[poll]
interval_seconds = 1
overlap_seconds = 5

[[chats]]
id = "oc_acme"
name = "ACME support"
plan = "premium"
language = "ja"
allowed_domains = ["acme.example"]

[[chats]]
id = "oc_globex"
name = "Globex support"
plan = "enterprise"
language = "en"

[[chats]]
id = "oc_topic"
name = "ACME topics"
plan = "premium"
language = "zh"

[[chats]]
id = "oc_initech"
name = "Initech support"
plan = "premium"
language = "zh"
allowed_domains = ["initech.example"]
"""
_OFFERED = """\
desks = ["technical", "billing"]

[[desks]]
name = "support"
service_desk = "{service_desk}"
project = "{project}"
request_types = ["{request_type}"]

[[desks]]
name = "technical"
service_desk = "{service_desk}"
project = "{project}"
request_types = ["{technical}"]

[[desks]]
name = "billing"
service_desk = "{billing_desk}"
project = "{billing_project}"
request_types = ["{billing}"]
"""
"""Goes on with the last chat: in the external group there are two kinds of requests to choose from.
"""
_DEFAULTS = """\
[defaults]
card = ["assignee", "priority", "updated"]
satisfaction = true

"""
"""What the chats of the demo have in common."""
_SHOWN_TRANSITIONS = {"11", "31", "41"}
"""Resolve, reopen, escalate."""


class Sandbox:
    """One world behind three loopback servers: `lark`, `jsm` and `page`.

    Everything a person does or sees is in `lark_people` and `jira_people`; the states beside them
    hold the switches.
    """

    def __init__(self, ports: dict[str, int] | None = None) -> None:
        """Take ports by server name; a missing one, or 0, is a free one."""
        self.world = World()
        self.lark_state = seed(LarkState(self.world))
        self.jira_state = JiraState(self.world)
        self.lark_people = LarkPeople(self.lark_state)
        self.jira_people = JiraPeople(self.jira_state)
        self._servers = Servers(
            {
                "lark": Watched(lark_app(self.lark_state), "lark", self.world),
                "jsm": Watched(jsm_app(self.jira_state), "jsm", self.world),
                "page": page_app(self.lark_state, self.jira_state, self.addresses, _enabled),
            },
            ports,
        )

    def start(self) -> None:
        """Bind every port and serve; raises OSError when a port is taken."""
        self._servers.start()

    def stop(self) -> None:
        """Close every server and connection."""
        self._servers.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def lark_url(self) -> str:
        """The value of `lark.base_url`."""
        return self._servers.address("lark")

    @property
    def jsm_url(self) -> str:
        """The value of `jsm.api_base`; the portal's pages are there too."""
        return self._servers.address("jsm")

    @property
    def page_url(self) -> str:
        """The page to play with, and its control routes below `/api`."""
        return self._servers.address("page")

    def addresses(self) -> dict[str, str]:
        """Return the address of each server by its name."""
        return {"lark": self.lark_url, "jsm": self.jsm_url, "page": self.page_url}

    def config_toml(self, store_url: str = "sqlite:///syncd.db") -> str:
        """Return a whole configuration file; `oc_lobby` is the group that it does not enable."""
        return _CONFIG.format(
            lark_url=self.lark_url,
            app_id=self.lark_state.app_id,
            jsm_url=self.jsm_url,
            account_email=site.BOT_EMAIL,
            service_desk=site.DESK_ID,
            project=site.PROJECT_KEY,
            request_type=site.GET_HELP.id,
            store_url=store_url,
        )

    def demo_toml(self, store_url: str = "sqlite:///syncd.db") -> str:
        """Return the file of the demo, in which `oc_initech` offers two kinds of requests."""
        return (
            _DEFAULTS
            + self.config_toml(store_url)
            + _OFFERED.format(
                service_desk=site.DESK_ID,
                project=site.PROJECT_KEY,
                request_type=site.GET_HELP.id,
                technical=TECHNICAL.id,
                billing_desk=site.BILLING.desk_id,
                billing_project=site.BILLING.key,
                billing=site.INVOICE.id,
            )
        )

    def dress(self) -> None:
        """Let both platforms be as the demo's story wants them, of what differs between tenants:
        the desk shows customers transitions, and a group of several companies gives files."""
        self.jira_state.switches.customer_transitions = set(_SHOWN_TRANSITIONS)
        self.lark_state.switches.ext_files = "ok"

    def environment(self) -> dict[str, str]:
        """Return the secrets that go with the configuration, as environment variables."""
        return {
            "SYNCD_LARK__APP_SECRET": self.lark_state.app_secret,
            "SYNCD_JSM__API_TOKEN": self.jira_state.token,
        }


def _enabled() -> list[dict[str, str]]:
    """Return the plan and the language of each chat of the configuration."""
    chats = tomllib.loads(_CONFIG)["chats"]
    return [{name: chat[name] for name in ("id", "plan", "language")} for chat in chats]
