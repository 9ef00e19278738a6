"""What is looked at: each thing is read once, by whichever check asks first."""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from syncd.app import make_helpdesk, make_messenger, make_network, open_store, wall_clock
from syncd.chat.lark.client import LarkMessenger
from syncd.config import Config
from syncd.core.desks.desk import RequestKind
from syncd.core.errors import Rejected
from syncd.core.fields.form import Form
from syncd.core.model import Chat, ChatId, Ms
from syncd.core.operators.platforms import Account, Application, Bot, Scopes
from syncd.core.operators.serving import effective_chat
from syncd.helpdesk.jsm.client import JsmHelpdesk
from syncd.network.network import Network
from syncd.network.reach import Reached, reach
from syncd.store.store import Store

BRANDS = {"Lark": "https://open.larksuite.com", "Feishu": "https://open.feishu.cn"}
"""Where the platform is; an app exists on one of them."""


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass
class Case:
    """One configuration and all that it leads to; use it as a context, which closes what it opened.

    `free` returns the bytes that are left where a folder is.
    """

    path: Path
    clock: Callable[[], Ms] = wall_clock
    free: Callable[[Path], int] = _free
    brands: dict[str, str] = field(default_factory=dict)
    """Where the app is looked for when the configured platform refuses it; they get its secret."""
    loaded: Config | None = None
    """Set by the check of the configuration, which every other one needs."""
    tables_ready: bool = False
    """Set by the check of the database."""
    forms: dict[RequestKind, Form] = field(default_factory=dict)
    """Set by the check of the request types."""
    inside: list[Chat] = field(default_factory=list)
    """The served chats that the bot is in; set by the check of the chats."""
    external: list[ChatId] = field(default_factory=list)
    _opened: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    @property
    def config(self) -> Config:
        if self.loaded is None:
            raise LookupError("no check is made without a configuration")
        return self.loaded

    @cached_property
    def network(self) -> Network:
        return make_network(self.config)

    @cached_property
    def store(self) -> Store:
        store = open_store(self.config)
        self._opened.callback(store.close)
        return store

    @cached_property
    def messenger(self) -> LarkMessenger:
        made = make_messenger(self.config, self.network)
        self._opened.callback(made.close)
        return made

    @cached_property
    def helpdesk(self) -> JsmHelpdesk:
        made = make_helpdesk(self.config, self.network)
        self._opened.callback(made.close)
        return made

    @cached_property
    def reached(self) -> dict[str, Reached]:
        """What came of asking each platform's address once, by its key."""
        return {key: reach(url, self.network) for key, url in self.addresses.items()}

    @property
    def addresses(self) -> dict[str, str]:
        return {
            "lark.base_url": self.config.lark.base_url,
            "jsm.api_base": self.config.jsm.api_base,
        }

    @cached_property
    def bot(self) -> Bot:
        return self.messenger.about_bot()

    @cached_property
    def scopes(self) -> Scopes | None:
        """None where Lark does not tell."""
        try:
            return self.messenger.scopes()
        except Rejected:
            return None

    @cached_property
    def application(self) -> Application | None:
        """None where our app may not look at itself."""
        try:
            return self.messenger.application()
        except Rejected:
            return None

    @cached_property
    def account(self) -> Account:
        self.helpdesk.whoami()
        return self.helpdesk.survey.account()

    @cached_property
    def chats(self) -> list[Chat]:
        """The chats that are served, by the file and by what operators decided."""
        decided = {}
        if self.tables_ready:
            with self.store.read() as tx:
                decided = {decision.chat_id: decision for decision in tx.chats.all()}
        ids = dict.fromkeys([*(ChatId(chat.id) for chat in self.config.chats), *decided])
        chats = [effective_chat(self.config.chat(id), decided.get(id)) for id in ids]
        return [chat for chat in chats if chat.enabled]

    @property
    def asking(self) -> list[Chat]:
        """As `chats`; where there is none yet, one of which nothing is said."""
        return self.chats or [self.config.chat(ChatId(""))]

    def console(self, page: str) -> str:
        """Return the address of a page of the app in the developer console."""
        return f"{self.config.lark.base_url}/app/{self.config.lark.app_id}/{page}"
