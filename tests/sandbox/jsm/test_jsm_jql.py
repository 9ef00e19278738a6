"""What is written as JQL is read back as the same query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.sandbox.jsm.search.jql import Clause, JqlError, Query, parse

_OPERATORS = {
    "project": "=",
    "key": "=",
    "labels": "=",
    "updated": ">=",
    "created": "<",
    "summary": "~",
    "cf[10050]": "~",
}
_texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=20)
_clauses = st.builds(
    lambda field, value: Clause(field, _OPERATORS[field], (value,), quoted=True),
    st.sampled_from(sorted(_OPERATORS)),
    _texts,
)
_lists = st.builds(
    lambda field, values: Clause(field, "in", tuple(values)),
    st.sampled_from(["project", "key", "labels"]),
    st.lists(_texts, min_size=1, max_size=3),
)
_orders = st.lists(
    st.tuples(st.sampled_from(["updated", "created", "key"]), st.booleans()), max_size=3
)
_queries = st.builds(
    lambda clauses, order: Query(tuple(clauses), tuple(order)),
    st.lists(_clauses | _lists, max_size=4),
    _orders,
)


def written(query: Query) -> str:
    """Return the query as a person would type it, with every value quoted."""
    parts = []
    for clause in query.clauses:
        values = [_quoted(value) for value in clause.values]
        value = f"({', '.join(values)})" if clause.operator == "in" else values[0]
        parts.append(f"{clause.field} {clause.operator} {value}")
    text = " AND ".join(parts)
    sorts = [f"{field} {'DESC' if descending else 'ASC'}" for field, descending in query.order]
    return f"{text} ORDER BY {', '.join(sorts)}".strip() if sorts else text


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@given(_queries)
def test_a_written_query_is_read_back(query: Query) -> None:
    assert parse(written(query)) == query


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_refused_with_a_sentence(text: str) -> None:
    try:
        query = parse(text)
    except JqlError as error:
        assert str(error)
    else:
        assert parse(written(query)).order == query.order


@pytest.mark.parametrize("word", ["and", "AND", "And"])
def test_keywords_and_fields_have_no_case(word: str) -> None:
    query = parse(f"PROJECT = HELP {word} issueKey = HELP-1 order by UPDATED desc")
    assert [clause.field for clause in query.clauses] == ["project", "key"]
    assert query.order == (("updated", True),)
