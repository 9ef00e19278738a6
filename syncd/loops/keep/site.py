"""Whose tickets the Links are about: another site or project needs a store of its own."""

from dataclasses import dataclass

from syncd.core.errors import RemoteFailure, StoreError, Unavailable
from syncd.core.operators import site
from syncd.log import Log
from syncd.loops.ports import Helpdesk
from syncd.store.store import Store


@dataclass
class SitePin:
    """A renamed site, and the gateway's address in place of its own, are the same site.

    Projects may be added and left: tickets of one that is left are read one by one.
    """

    store: Store
    helpdesk: Helpdesk
    address: str
    projects: tuple[str, ...]
    log: Log
    _learned: bool = False

    def check(self) -> None:
        """Raise StoreError when the store's Links are to tickets of another site or project.

        Unavailable when that has to be asked and nobody answers.
        """
        here = f"{self.address} {','.join(self.projects)}"
        with self.store.read() as tx:
            before, known_id = tx.facts.site(), tx.facts.cloud_id()
            if before == here:
                return
            linked = tx.links.count() if before is not None else 0
        if linked and before is not None:
            address, _, linked_in = before.rpartition(" ")
            known = set(linked_in.split(",")) & set(self.projects)
            same = address == self.address or self._is_same(address, known_id)
            if not known or not same:
                raise StoreError(
                    f"jsm.api_base and the projects were {before!r} and are {here!r} now, but "
                    f"{linked} threads are linked to tickets there; give another site its own store"
                )
            if address != self.address:
                self.log.warning("site_has_new_address", before=address, now=self.address)
        self.store.write(lambda tx: tx.facts.keep_site(here))

    def learn(self) -> None:
        """Keep what names the site once it is reached, so that it is known after a renaming."""
        if self._learned:
            return
        try:
            cloud_id = self.helpdesk.site().cloud_id
        except Unavailable:
            return
        except RemoteFailure:
            cloud_id = ""
        if cloud_id:
            self.store.write(lambda tx: tx.facts.keep_cloud_id(cloud_id))
        self._learned = True

    def _is_same(self, before: str, known_id: str) -> bool:
        return site.is_same(before, known_id, self.helpdesk.site())
