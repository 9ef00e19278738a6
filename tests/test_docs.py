"""README and docs say what the code says."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from syncd.cli import app
from syncd.config import Config
from syncd.config.credentials import CREDENTIALS
from syncd.config.sections import LISTS
from syncd.core import lifecycle
from syncd.core.model import PLATFORMS
from syncd.core.operators.alarms import Trouble

_ROOT = Path(__file__).parents[1]
_PAGES = {
    path: path.read_text(encoding="utf-8")
    for path in (_ROOT / "README.md", *sorted(_ROOT.glob("docs/*.md")))
}
_ALL = "\n".join(_PAGES.values())
_MOST_WORDS = 1500
"""In README, which is read in one sitting."""


def test_readme_is_one_page() -> None:
    assert len(_PAGES[_ROOT / "README.md"].split()) < _MOST_WORDS


@pytest.mark.parametrize(
    ("title", "table"),
    [
        ("The life of a Request", lifecycle.REQUEST),
        ("The life of a Delivery", {k: e.after for k, e in lifecycle.DELIVERY.items()}),
    ],
)
def test_the_picture_has_the_transitions_of_the_table(
    title: str, table: Mapping[tuple[str, str], str]
) -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+) : (.+)$", _section(title), re.MULTILINE)
    assert sorted(drawn) == sorted((was, then, happened) for (was, happened), then in table.items())


def test_the_configuration_table_has_every_key_and_its_default() -> None:
    told = {}
    row = re.compile(r"^\| (`[^|]+) \| ([^|]*?) ?\|", re.MULTILINE)
    for keys, default in row.findall(_section("Configuration")):
        told |= dict.fromkeys(re.findall(r"`([^`]+)`", keys), default.strip("`"))
    wanted = dict(_keys(Config))
    assert told.keys() == wanted.keys()
    defaults = {key: value for key, value in told.items() if "[]." not in key}
    assert defaults == {key: wanted[key] for key in defaults}


def test_every_secret_is_told_with_its_environment_and_its_credential() -> None:
    for credential, (section, key) in CREDENTIALS.items():
        variable = f"SYNCD_{section}__{key}".upper()
        row = rf"^\| `{section}\.{key}`.* \| `{variable}` \| `{credential}` \|$"
        assert re.search(row, _section("Secrets"), re.MULTILINE)


def test_every_command_is_told_and_every_told_command_exists() -> None:
    program = typer.main.get_command(app)
    told = set(re.findall(r"(?:`|bin/)syncd ([a-z]+)", _ALL))
    assert told == set(getattr(program, "commands", ()))


def test_the_runbook_has_every_reason_not_to_be_ready() -> None:
    no_reason = {Trouble.SWEEP, Trouble.SILENCED}
    troubles = {str(trouble).replace(" ", "_") for trouble in set(Trouble) - no_reason}
    others = {"frozen", "helpdesk", "store", *PLATFORMS}
    row = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \|", re.MULTILINE)
    told = [name for cell in row.findall(_section("Runbook")) for name in cell.split(", ")]
    assert sorted(told) == sorted(f"`{name}`" for name in troubles | others)


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_every_place_that_it_leads_to_is_there(page: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", _PAGES[page]) if "://" not in link]
    for link in links:
        path, _, heading = link.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), link
        assert not heading or heading in _headings(_PAGES[there]), link


def test_every_page_is_led_to_from_the_first() -> None:
    pages = [path.name for path in _PAGES if path.parent.name == "docs"]
    first = _PAGES[_ROOT / "README.md"]
    assert [name for name in pages if f"](docs/{name})" not in first] == []


def _headings(page: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_file_that_they_name_is_there() -> None:
    named = re.findall(r"(?<![\w./])((?:syncd|tests|migrations|\.ci)/[\w./]*\w/?)", _ALL)
    assert named
    assert [name for name in named if not (_ROOT / name).exists()] == []


def test_every_test_that_they_name_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)", _ALL))
    assert len(named) > 20
    assert [f"{p}::{n}" for p, n in named if n not in _words(_ROOT / p)] == []


def test_the_map_of_changes_names_what_stands_in_each_file() -> None:
    row = re.compile(r"^\| [^|]+ \| `(syncd/[^`]+\.py)` \| ([^|]+) \|$", re.MULTILINE)
    places = row.findall(_section("Where things are"))
    assert len(places) > 20
    for path, there in places:
        named = re.findall(r"`(\w+)`", there)
        assert named, path
        assert set(named) - _words(_ROOT / path) == set(), path


def test_every_event_that_it_names_is_in_the_code() -> None:
    """Also what else it writes so: keys, values, options' parts, reasons."""
    code = {word for path in (_ROOT / "syncd").rglob("*.py") for word in _words(path)}
    code |= {str(trouble).replace(" ", "_") for trouble in Trouble}
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", _ALL))
    assert "poll_failed" in named
    assert named - code == set()


def _words(path: Path) -> set[str]:
    return set(re.findall(r"\w+", path.read_text(encoding="utf-8")))


def test_every_event_that_the_fault_matrix_names_is_logged() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in _ROOT.glob("syncd/**/*.py"))
    rows = [line.split(" | ") for line in _ALL.splitlines() if "`tests/faults/" in line]
    named = {name for row in rows for name in re.findall(r"`([a-z]+(?:_[a-z]+)+)`", row[2])}
    assert named
    assert {name for name in named if f'"{name}"' not in code} == set()


def _section(title: str) -> str:
    """Return what stands below a heading, up to the next one of any level."""
    found = re.search(rf"^#+ {title}\n(.*?)(?=^#+ |\Z)", _ALL, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def _keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        listed = name in LISTS
        if listed:
            inner = getattr(inner, "__args__", (inner,))[0]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _keys(inner, f"{prefix}{name}{'[]' if listed else ''}.")
        else:
            yield prefix + name, _written(field.default)


def _written(default: Any) -> str:
    """Return a default as the table has it: nothing when there is none, or when it is empty."""
    if default in (PydanticUndefined, None, ()) or isinstance(default, SecretStr):
        return ""
    return str(default)
