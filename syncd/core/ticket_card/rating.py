"""How satisfied somebody is with a ticket: one to five, and a sentence."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from syncd.core.text import clean

WORST, BEST = 1, 5
LONGEST = 1000
"""Characters of the sentence; a Lark input takes no more."""
RATING, SENTENCE = "rating", "sentence"
"""The questions of the card."""
GIVEN = "rate"
"""What its button brings back."""


@dataclass(frozen=True)
class Rating:
    stars: int
    sentence: str = ""

    def is_valid(self) -> bool:
        return WORST <= self.stars <= BEST

    def is_like(self, other: Self) -> bool:
        """Tell whether it is the same but for the spaces and line breaks of its sentence."""
        same = self.sentence.split() == other.sentence.split()
        return same and self.stars == other.stars

    def dump(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, stored: str) -> Self:
        """Return what `dump` wrote."""
        return cls(**json.loads(stored))


def read(stars: object, sentence: object) -> Rating:
    """Return what stood in the card; one that nobody chose has no stars, and is not valid."""
    known = {str(number): number for number in range(WORST, BEST + 1)}
    said = clean(sentence).strip()[:LONGEST] if isinstance(sentence, str) else ""
    return Rating(known.get(stars, 0) if isinstance(stars, str) else 0, said)
