"""What a JQL query means for the rows of the index."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from syncd.sandbox.jsm.search.index import Row
from syncd.sandbox.jsm.search.jql import Clause, JqlError, Query

_DATES = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")


@dataclass(frozen=True)
class Site:
    """What the words of a query are checked against."""

    projects: Mapping[str, str]
    """The keys of those that the caller may browse, by key, id and name in capitals."""
    keys: Callable[[str], bool]
    """Whether an issue of that key or id exists."""
    utc_offset_minutes: int
    epoch_ms: bool = True


Test = Callable[[Row], bool]


def matcher(query: Query, site: Site) -> Test:
    """Return a test of index rows; JqlError for an unbounded query or a value of nothing."""
    if not query.clauses:
        raise JqlError(
            "Unbounded JQL queries are not allowed here. "
            "Please add a search restriction to your query."
        )
    tests = [_test(clause, site) for clause in query.clauses]
    return lambda row: all(test(row) for test in tests)


def sort_key(query: Query, row: Row) -> tuple[int, ...]:
    """Return numbers that sort rows as the query asks, without ties."""
    numbers = {"updated": row.updated, "created": row.created, "key": row.number}
    order = query.order or (("created", True),)
    signed = [-numbers[field] if descending else numbers[field] for field, descending in order]
    return (*signed, row.id)


def _test(clause: Clause, site: Site) -> Test:
    if clause.field == "project":
        for name in clause.values:
            if name.upper() not in site.projects:
                raise JqlError(f"The value '{name}' does not exist for the field 'project'.")
        wanted = {site.projects[name.upper()] for name in clause.values}
        return lambda row: row.project in wanted
    if clause.field == "key":
        return _key_test(clause, site)
    if clause.field in ("updated", "created"):
        return _time_test(clause, _moment(clause, site))
    if clause.field == "labels":
        return lambda row: bool(set(clause.values) & set(row.labels))
    return _words_test(clause)


def _key_test(clause: Clause, site: Site) -> Test:
    for key in clause.values:
        if not site.keys(key):
            raise JqlError(f"An issue with key '{key}' does not exist for field 'key'.")
    wanted = {key.upper() for key in clause.values}
    return lambda row: row.key in wanted or str(row.id) in wanted


def _moment(clause: Clause, site: Site) -> int:
    """Return epoch milliseconds; a quoted time is read in the zone of the caller's profile."""
    value = clause.values[0]
    if value.isascii() and value.isdigit() and not clause.quoted and site.epoch_ms:
        return int(value)
    for form in _DATES:
        try:
            local = datetime.strptime(value, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return int((local - timedelta(minutes=site.utc_offset_minutes)).timestamp() * 1000)
    raise JqlError(
        f"Date value '{value}' for field '{clause.field}' is invalid. Valid formats include: "
        "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd'."
    )


def _time_test(clause: Clause, moment: int) -> Test:
    compare: dict[str, Callable[[int], bool]] = {
        ">=": lambda at: at >= moment,
        ">": lambda at: at > moment,
        "<=": lambda at: at <= moment,
        "<": lambda at: at < moment,
    }
    holds = compare[clause.operator]
    if clause.field == "updated":
        return lambda row: holds(row.updated)
    return lambda row: holds(row.created)


def _words_test(clause: Clause) -> Test:
    wanted = _words(clause.values[0])
    field = clause.field
    if field.startswith("cf["):
        field = f"customfield_{field[3:-1]}"

    def holds(row: Row) -> bool:
        texts = [t for _, t in row.texts] if field == "text" else [row.words(field)]
        return bool(wanted) and wanted <= {word for text in texts for word in _words(text)}

    return holds


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
