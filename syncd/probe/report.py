"""What came of all questions, for whoever looks into it: nobody's words, names or addresses."""

import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from syncd import __version__
from syncd.core.operators.site import cloud_id_in
from syncd.doctor.case import BRANDS
from syncd.probe.ground import Ground
from syncd.probe.people import STEPS
from syncd.probe.rounds import Told

_ID = re.compile(r"\b((?:oc|ou|on|om|cli)_\w{2})\w+")


def report(ground: Ground, told: Iterable[Told]) -> dict[str, Any]:
    """Return all of it; what it holds besides is for the operator's eyes alone."""
    config = ground.case.config
    brands = {address: name for name, address in BRANDS.items()}
    return {
        "syncd": __version__,
        "python": platform.python_version(),
        "at_ms": ground.case.clock(),
        "lark": brands.get(config.lark.base_url, "elsewhere"),
        "jira": "through the gateway" if cloud_id_in(config.jsm.api_base) else "at the site",
        "questions": [_question(one) for one in told],
        "cleaned": list(ground.written.cleaned),
        "left": [what for what, _ in ground.written.left],
        "for_people": [{"code": s.code, "asks": s.asks, "do": s.do, "look": s.look} for s in STEPS],
    }


def _question(one: Told) -> dict[str, Any]:
    return {
        "code": one.question.code,
        "asks": one.question.asks,
        "state": str(one.state),
        "answers": [
            {"value": _shortened(a.value), "said": _shortened(a.said)} for a in one.answers
        ],
    }


def _shortened(said: str) -> str:
    """Answers hold no ids; should one ever do, its end is left out."""
    return _ID.sub(r"\1...", said)


def as_text(found: Mapping[str, Any]) -> str:
    """Return a report as people read it."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"syncd {found['syncd']}, Lark: {found['lark']}, Jira: {found['jira']}"
    yield ""
    for one in found["questions"]:
        yield f"{one['code']}  {one['asks']}  [{one['state']}]"
        for answer in one["answers"]:
            yield f"        {answer['said']}."
    for title in ("cleaned", "left"):
        if found[title]:
            yield f"\n{title}:"
            yield from (f"  {said}." for said in found[title])
    yield "\nWhat only a person can find out:"
    for step in found["for_people"]:
        yield f"{step['code']}  {step['asks']}"
        yield f"        do: {step['do']}."
        yield f"        look: {step['look']}"
