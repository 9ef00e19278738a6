"""Weather made by hand: one thing goes wrong, and it is said which."""

from simulation.weather import Fate


class Hand:
    """Chooses fates as a test says: the nth thing of that name that happens meets its fate."""

    def __init__(self) -> None:
        self._name, self._fate, self._left = "", Fate.FINE, 0

    def will(self, name: str, fate: Fate, nth: int = 1) -> None:
        self._name, self._fate, self._left = name, fate, nth

    @property
    def struck(self) -> bool:
        return bool(self._name) and self._left <= 0

    def __call__(self, name: str, possible: tuple[Fate, ...]) -> Fate:
        if name != self._name:
            return Fate.FINE
        self._left -= 1
        return self._fate if self._left == 0 else Fate.FINE
