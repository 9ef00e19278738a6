"""The description of a ticket, judged by a reader of documents that is not ours."""

import html
import re

import mistune
import pytest
from adf_bridge import adf_to_markdown, validate_adf
from house import ACME, GLOBEX, House

WRITTEN = """scale-in fails (x), see https://grafana.test/d/abc?from=now-1h.
h1.2 of the spec :) *not bold* [~accountid:712020:erin]

- first
  - second
| id | name     |
|  1 | tikv-3   |

```sql
SELECT f(x), COUNT(n) FROM t WHERE g(i) = 1;

  -- (i) indented {code}
```
spec:
  tidb:
    replicas: 3"""


def as_read(document: object) -> tuple[str, list[str]]:
    """Return the words of a document outside of code, and its code, as a browser shows them.

    A document that Atlassian's own schema refuses is an error.
    """
    validate_adf(document)
    page = str(mistune.html(adf_to_markdown(document).value))
    code = re.findall(r"<pre><code[^>]*>(.*?)</code></pre>", page, re.DOTALL)
    words = re.sub(r"<[^>]*>", "", re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL))
    return html.unescape(words), [html.unescape(one) for one in code]


@pytest.mark.parametrize(("person", "chat"), [("aiko", ACME), ("ben", GLOBEX)])
def test_a_description_arrives_as_it_was_written(house: House, person: str, chat: str) -> None:
    house.box.jira_state.switches.labels_on_form = False
    story = house.files(person, chat, WRITTEN)
    document = house.box.jira_people.ticket(story.key).fields["description"]
    words, code = as_read(document)
    before, sql, after = re.split(r"```(?:sql)?\n", WRITTEN)
    assert code == [sql]
    assert words.split()[: len((before + after).split())] == (before + after).split()
    text = house.box.jira_people.ticket(story.key).description
    assert "  - second\n| id | name     |" in text, "blanks of lines outside of code stay too"
    assert "\n  tidb:\n    replicas: 3" in text


def test_a_reply_arrives_as_it_was_written(house: House) -> None:
    story = house.files("aiko", ACME)
    house.says("chen", ACME, WRITTEN, thread=story.root)
    (comment,) = house.box.jira_people.comments(story.key)
    words, code = as_read(comment.body)
    before, sql, after = re.split(r"```(?:sql)?\n", WRITTEN)
    assert code == [sql]
    assert words.split() == ["陈伟", "(via", "Lark):", *(before + after).split()]
    assert "\n  tidb:\n    replicas: 3" in comment.text


def test_a_site_that_takes_no_documents_shows_the_same_words(house: House) -> None:
    house.box.jira_state.switches.create_takes_adf = False
    story = house.files("ben", GLOBEX, WRITTEN)
    ticket = house.box.jira_people.ticket(story.key)
    validate_adf(ticket.fields["description"])
    fences = re.sub(r"```(?:sql)?\n", "", WRITTEN)
    told = [line for line in ticket.description.replace("\u200b", "").split("\n") if line]
    lines = [line for line in fences.split("\n") if line]
    assert told[: len(lines)] == lines
    assert house.undelivered() == []


@pytest.mark.parametrize("takes_adf", [True, False])
def test_a_create_whose_answer_was_lost_is_found_by_the_line_in_its_description(
    house: House, takes_adf: bool
) -> None:
    house.box.jira_state.switches.labels_on_form = False
    house.box.jira_state.switches.create_takes_adf = takes_adf
    house.files("aiko", ACME)
    house.asks("ben", GLOBEX, WRITTEN)
    house.fail("jsm", "POST /rest/servicedeskapi/request$", "drop_after")
    house.submits("ben", GLOBEX)
    for _ in range(4):
        house.time_passes(seconds=60)
        house.tidy()
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    assert house.undelivered() == []
