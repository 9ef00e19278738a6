"""The part of JQL that is understood: AND of simple clauses, and ORDER BY.

https://support.atlassian.com/jira-service-management-cloud/docs/use-advanced-search-with-jira-query-language-jql/
"""

import re
from dataclasses import dataclass


class JqlError(ValueError):
    """The query is refused; the message is Jira's sentence."""


@dataclass(frozen=True)
class Clause:
    """`field operator value...`; several values for `in`."""

    field: str
    operator: str
    values: tuple[str, ...]
    quoted: bool = False


@dataclass(frozen=True)
class Query:
    """Clauses that must all hold, and the order as (field, descending)."""

    clauses: tuple[Clause, ...]
    order: tuple[tuple[str, bool], ...] = ()


_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
    r"""|(?P<sign>>=|<=|!=|!~|[=<>~(),])"""
    r"""|(?P<word>cf\[\d+\]|[\w.\-/]+))"""
)
_ALIASES = {
    "issue": "key",
    "issuekey": "key",
    "id": "key",
    "updateddate": "updated",
    "createddate": "created",
}
_OPERATORS = {
    "project": {"=", "in"},
    "key": {"=", "in"},
    "updated": {">=", ">", "<=", "<"},
    "created": {">=", ">", "<=", "<"},
    "labels": {"=", "in"},
    "summary": {"~"},
    "description": {"~"},
    "text": {"~"},
}
_ORDERS = {"updated", "created", "key"}
Token = tuple[str, str]


def parse(text: str) -> Query:
    """Return the query; JqlError names what is not understood."""
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise JqlError(f"Error in the JQL Query: the character at {position + 1} is reserved.")
        kind = str(match.lastgroup)
        value = match[kind]
        if kind == "quoted":
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        tokens.append((kind, value))
        position = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        clauses: list[Clause] = []
        if not self._is_word("order") and not self._done():
            clauses.append(self._clause())
            while self._is_word("and"):
                self._take()
                clauses.append(self._clause())
        order = self._order() if self._is_word("order") else ()
        if not self._done():
            raise JqlError(f"Error in the JQL Query: '{self._take()[1]}' was not expected here.")
        return Query(tuple(clauses), order)

    def _clause(self) -> Clause:
        kind, name = self._take()
        field = _ALIASES.get(name.lower(), name.lower())
        allowed = {"~"} if field.startswith("cf[") else _OPERATORS.get(field)
        if kind == "sign" or allowed is None:
            raise JqlError(f"Field '{name}' does not exist or this account cannot view it.")
        operator = self._take()[1].lower()
        if operator not in allowed:
            raise JqlError(f"The operator '{operator}' is not supported by the '{name}' field.")
        if operator == "in":
            return Clause(field, "in", self._list())
        kind, value = self._value()
        return Clause(field, operator, (value,), kind == "quoted")

    def _list(self) -> tuple[str, ...]:
        self._expect("(")
        values = [self._value()[1]]
        while self._peek() == ("sign", ","):
            self._take()
            values.append(self._value()[1])
        self._expect(")")
        return tuple(values)

    def _order(self) -> tuple[tuple[str, bool], ...]:
        self._take()
        self._expect("by")
        order = [self._sort()]
        while self._peek() == ("sign", ","):
            self._take()
            order.append(self._sort())
        return tuple(order)

    def _sort(self) -> tuple[str, bool]:
        name = self._value()[1]
        field = _ALIASES.get(name.lower(), name.lower())
        if field not in _ORDERS:
            raise JqlError(f"Not able to sort using field '{name}'.")
        descending = False
        if self._is_word("asc") or self._is_word("desc"):
            descending = self._take()[1].lower() == "desc"
        return field, descending

    def _value(self) -> Token:
        token = self._take()
        if token[0] == "sign":
            raise JqlError(f"Error in the JQL Query: expecting a value but got '{token[1]}'.")
        return token

    def _expect(self, word: str) -> None:
        token = self._take()
        if token[0] == "quoted" or token[1].lower() != word:
            raise JqlError(f"Error in the JQL Query: expecting '{word}' but got '{token[1]}'.")

    def _peek(self) -> Token | None:
        return None if self._done() else self._tokens[self._at]

    def _is_word(self, word: str) -> bool:
        token = self._peek()
        return token is not None and token[0] == "word" and token[1].lower() == word

    def _take(self) -> Token:
        if self._done():
            raise JqlError("Error in the JQL Query: the query ended where more was expected.")
        self._at += 1
        return self._tokens[self._at - 1]

    def _done(self) -> bool:
        return self._at >= len(self._tokens)
