"""The rows of the fault matrix: what was proven in a run, as it was proven."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

BEGIN, END = "<!-- fault matrix: begin -->", "<!-- fault matrix: end -->"
_HEAD = ("fault", "what the person sees", "what the operator sees", "proven by")


@dataclass(frozen=True, order=True)
class Row:
    """One fault and what comes of it."""

    fault: str
    person: str
    operator: str
    proof: str
    """The test or the program that saw it, named by the run."""


def save(rows: list[Row], path: Path) -> None:
    path.write_text(json.dumps([asdict(row) for row in rows], ensure_ascii=False), encoding="utf-8")


def load(path: Path) -> list[Row]:
    return [Row(**row) for row in json.loads(path.read_text(encoding="utf-8"))]


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table in a fixed order."""
    lines = [_line(_HEAD), _line(("---",) * len(_HEAD))]
    lines += [_line((r.fault, r.person, r.operator, f"`{r.proof}`")) for r in sorted(set(rows))]
    return "\n".join(lines)


def published(readme: str) -> list[Row]:
    """Return the rows between the markers; none when there are no markers."""
    found = re.search(f"{BEGIN}\n(.*?){END}", readme, re.DOTALL)
    if found is None:
        return []
    lines = [line for line in found[1].splitlines() if line.startswith("| ")]
    return [_read(line) for line in lines[2:]]


def with_table(readme: str, rows: list[Row]) -> str:
    """Return the page with the table between its markers; LookupError when it has none."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise LookupError(f"the page has no lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{table(rows)}\n\n{END}{after}"


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _read(line: str) -> Row:
    fault, person, operator, proof = (
        cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]
    )
    return Row(fault, person, operator, proof.strip("`"))
