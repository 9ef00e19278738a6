"""How often something was done in the present hour or day, counted across processes."""

from collections.abc import Iterable

from sqlalchemy import bindparam, delete, select, update

from syncd.core.model import Ms
from syncd.store.failures import Conflict
from syncd.store.portable import FEW, insert_once
from syncd.store.schema import budgets
from syncd.store.tables.rows import Rows

_USED = select(budgets).where(budgets.c.name.in_(bindparam("names", expanding=True)))
_ONE = select(budgets).where(budgets.c.name == bindparam("its_name"))
_SPEND = update(budgets).where(budgets.c.name == bindparam("its_name"))


class Budgets(Rows):
    def used(self, names: Iterable[str], period_ms: int) -> dict[str, int]:
        """Return how often each was spent in its present period; those never spent are missing."""
        rows = self._run(_USED, names=sorted(names))
        return {row.name: row.used for row in rows if self._runs(row.until_ms, period_ms)}

    def spend(self, name: str, period_ms: int, amount: int = 1) -> int:
        """Spend so many and return how many are spent now, in a period that the first one begins;
        a negative amount is given back.

        Conflict when somebody else spent the first at the same moment.
        """
        row = self._held(_ONE, its_name=name)
        begun = row is not None and self._runs(row.until_ms, period_ms)
        used = max(amount + (row.used if row is not None and begun else 0), 0)
        until = row.until_ms if row is not None and begun else self._scope.now + period_ms
        if row is not None:
            self._run(_SPEND, its_name=name, used=used, until_ms=until)
        elif not insert_once(
            self._connection, budgets, {"name": name, "used": used, "until_ms": until}, "name"
        ):
            raise Conflict(f"somebody else spends {name}, too")
        return used

    def take(self, name: str, limit: int, period_ms: int, once: str) -> bool:
        """Spend one unless `limit` are spent; what `once` names is paid once only."""
        paid = f"{name}:{once}"
        if self.used([paid], period_ms):
            return True
        if self.used([name], period_ms).get(name, 0) >= limit:
            return False
        self.spend(paid, period_ms)
        self.spend(name, period_ms)
        return True

    def sweep(self, limit: int = FEW) -> int:
        """Delete what counts no more, a few at a time."""
        over = select(budgets.c.name).where(budgets.c.until_ms < self._scope.now)
        names = list(self._run(over.order_by(budgets.c.until_ms).limit(limit)).scalars())
        if not names:
            return 0
        return self._run(delete(budgets).where(budgets.c.name.in_(names))).rowcount

    def _runs(self, until_ms: Ms, period_ms: int) -> bool:
        """Tell whether the period goes on; one that ends too late means a clock set back."""
        return self._scope.now < until_ms <= self._scope.now + period_ms
