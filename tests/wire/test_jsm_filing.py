import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncd.core.desks.filing import Filing
from syncd.core.errors import Cause, Rejected
from syncd.core.fields.field import Field, FieldKind
from syncd.core.fields.form import Form
from syncd.core.model import DESCRIPTION, AccountId, Values
from syncd.core.prose.plain import plain
from syncd.core.prose.said import blocks
from syncd.core.text import Break, Code, Item, Listing, Paragraph, Quote, Rule, Text, clean
from syncd.helpdesk.jsm.adf import reading, writing
from syncd.helpdesk.jsm.fields.written import Markup
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import filing
from syncd.helpdesk.jsm.wire.call import Answer
from syncd.helpdesk.jsm.wire.form import RequestType
from syncd.helpdesk.jsm.wire.members import UnreadableError
from syncd.helpdesk.jsm.wire.wiki import escaped, markup
from syncd.sandbox.jsm.text.adf import to_text
from syncd.sandbox.jsm.text.wiki import to_adf

FIELDS = (
    Field("summary", FieldKind.TEXT, "Summary", required=True, native="text"),
    Field("description", FieldKind.MULTILINE, "Description", native="paragraphs"),
    Field("severity", FieldKind.SELECT, "Severity", native="list"),
    Field("parts", FieldKind.MULTISELECT, "Parts", native="list, several"),
    Field("duedate", FieldKind.DATE, "Due", native="date"),
    Field("users", FieldKind.NUMBER, "Users", native="number"),
    Field("labels", FieldKind.LABELS, "Labels", native="labels"),
)


SETTINGS = JsmSettings("https://x.example", "bot@x.example", "t", "1", "HELP", "10")


def kind(*extra: str, place: str = DESCRIPTION) -> RequestType:
    return RequestType(Form(FIELDS), frozenset([*(f.id for f in FIELDS), *extra]), place)


def sent(
    values: Values,
    *,
    described_as: str = "",
    on: RequestType | None = None,
    markup: Markup = Markup.DOCUMENT,
) -> dict[str, Any]:
    wanted = Filing("LK01", AccountId("qm:1"), values, described_as)
    call = filing.request(wanted, SETTINGS, on or kind(), markup)
    assert (call.method, call.path) == ("POST", "/rest/servicedeskapi/request")
    body: dict[str, Any] = json.loads(json.dumps(call.body))
    assert body.pop("isAdfRequest", False) is (markup is Markup.DOCUMENT)
    assert body.keys() == {
        "serviceDeskId",
        "requestTypeId",
        "raiseOnBehalfOf",
        "requestFieldValues",
    }
    assert body["raiseOnBehalfOf"] == "qm:1"
    values_sent: dict[str, Any] = body["requestFieldValues"]
    return values_sent


def shown(document: object) -> str:
    """What a person reads in a document."""
    return plain(reading.read(document))


def test_each_kind_of_field_has_its_own_shape() -> None:
    values = sent(
        {
            "reporter": "aiko@acme.example",
            "summary": " two\n lines ",
            "severity": "10100",
            "parts": ["1", "2"],
            "duedate": "2026-12-01",
            "users": "12",
            "labels": "red, green blue",
        }
    )
    assert values == {
        "summary": "two lines",
        "severity": {"id": "10100"},
        "parts": [{"id": "1"}, {"id": "2"}],
        "duedate": "2026-12-01",
        "users": 12,
        "labels": ["red", "green", "blue"],
        "description": writing.document(blocks("Ref: LK01")),
    }


def test_what_was_left_empty_is_not_sent() -> None:
    empty: Values = {"summary": "s", "severity": "", "parts": [], "users": ""}
    assert sent(empty).keys() == {"summary", "description"}


def test_marker_ends_the_description() -> None:
    values = sent({"summary": "s", "description": "It is down.\n"})
    assert shown(values["description"]) == "It is down.\nRef: LK01"


def test_marker_field_takes_the_marker() -> None:
    on = kind("customfield_9", place="customfield_9")
    values = sent({"summary": "s", "description": "d"}, on=on)
    assert values["customfield_9"] == "LK01"
    assert shown(values["description"]) == "d"


def test_labels_take_the_marker_beside_what_was_typed() -> None:
    values = sent({"summary": "s", "labels": "slow, cluster-7"}, on=kind(place="labels"))
    assert values == {"summary": "s", "labels": ["slow", "cluster-7", "LK01"]}
    assert sent({"summary": "s"}, on=kind(place="labels"))["labels"] == ["LK01"]


def test_typed_address_leads_the_description_of_a_shared_reporter() -> None:
    values = sent({"summary": "s", "description": "d"}, described_as="Reported by a_b@acme.example")
    assert shown(values["description"]) == "Reported by a_b@acme.example\nd\nRef: LK01"


def test_answer_to_a_question_that_is_no_longer_asked_is_kept() -> None:
    values = sent({"summary": "s", "gone": ["x", "y"]})
    assert shown(values["description"]) == "gone: x, y\nRef: LK01"


def test_every_field_of_several_lines_is_a_document_or_none_is() -> None:
    fields = (
        *FIELDS,
        Field("environment", FieldKind.MULTILINE, "Environment", native="paragraphs"),
    )
    on = RequestType(Form(fields), frozenset(f.id for f in fields), "labels")
    typed: Values = {"summary": "s", "description": "a *b*", "environment": "c *d*"}
    documents = sent(typed, on=on)
    assert shown(documents["description"]) == "a *b*"
    assert shown(documents["environment"]) == "c *d*"
    markup = sent(typed, on=on, markup=Markup.WIKI)
    assert markup["description"] == r"a \*b\*"
    assert markup["environment"] == r"c \*d\*"


def test_white_space_and_code_of_a_description_survive() -> None:
    typed = "config breaks:\n  tidb:\n    replicas: 3\n```sql\nSELECT f(x)\n```"
    values = sent({"summary": "s", "description": typed}, on=kind(place="labels"))
    assert reading.read(values["description"]) == blocks(typed)
    markup = sent(
        {"summary": "s", "description": typed}, on=kind(place="labels"), markup=Markup.WIKI
    )
    assert markup["description"] == (
        "config breaks:\n  tidb:\n    replicas: 3\n\n{noformat}\nSELECT f(x)\n{noformat}"
    )


@pytest.mark.parametrize("number", ["many", "nan", "inf", "1e999"])
def test_number_that_is_none_is_refused_for_the_person_to_correct(number: str) -> None:
    with pytest.raises(Rejected) as refused:
        sent({"summary": "s", "users": number})
    assert refused.value.cause is Cause.INVALID


def test_fraction_stays_a_fraction() -> None:
    assert sent({"summary": "s", "users": "0.5"})["users"] == 0.5


def test_no_ticket_is_filed_without_its_marker() -> None:
    homeless = RequestType(Form(FIELDS, "customfield_9"), frozenset(f.id for f in FIELDS), "")
    with pytest.raises(Rejected) as refused:
        sent({"summary": "s"}, on=homeless)
    assert refused.value.cause is Cause.FORBIDDEN
    assert "customfield_9" in str(refused.value)


@pytest.mark.parametrize(
    ("plain", "wiki"),
    [
        ("*bold* _em_ -no- +u+ ^up^ ~down~", r"\*bold\* \_em\_ \-no\- \+u\+ \^up\^ \~down\~"),
        ("[~accountid:712020:erin]", r"\[\~accountid:712020:erin\]"),
        ("{code}x{code} !a.png! |c|", r"\{code\}x\{code\} \!a.png\! \|c\|"),
        ("C:\\temp\\new", "C:\\temp\\new"),
        ("\\*", "\\\\\\*"),
        ("see https://x.example/a-b_c?d=e#f", "see [https://x.example/a-b_c?d=e#f]"),
        ("[t|https://x.example/a-b]", r"\[t\|[https://x.example/a-b]\]"),
        ("http://x/v(1)[2].", r"[http://x/v(1)]\[2\]."),
        ("集群 is down", "集群 is down"),
        ("\u00a0h1. big\n\u3000bq.said", "\u200b\u00a0h1. big\n\u200b\u3000bq.said"),
        ("h1. big\n bq.said\nh7.x", "\u200bh1. big\n\u200b bq.said\nh7.x"),
        ("SELECT f(x), COUNT(n), g(z)", r"SELECT f\(x), COUNT\(n), g(z)"),
        ("(/) (on) (*) :) ;) :(", r"\(/) \(on) (\*) :\) ;\) :\("),
        (":D :Drive :P", ":\u200bD :Drive :\u200bP"),
    ],
)
def test_text_of_a_person_is_no_wiki_markup(plain: str, wiki: str) -> None:
    assert escaped(plain) == wiki


def test_a_site_that_takes_no_document_gets_the_words_of_lists_and_quotations() -> None:
    inner = Listing((Item((Paragraph((Text("* deep"),)),)),))
    items = (Item((Paragraph((Text("one"),)), inner)), Item((Code("x = 1"),)))
    quote = Quote((Paragraph((Text("is it"), Break(), Text("slow?"))), Code("y")))
    written = markup((Listing(items, ordered=True, start=3), quote, Rule()))
    assert written == (
        "3. one\n\n• \\* deep\n4.\n{noformat}\nx = 1\n{noformat}\n\n"
        "> is it\n> slow\\?\n\n{noformat}\ny\n{noformat}\n\n----"
    )


ANYTHING = st.text(alphabet="\\{}[]*_-+^~!|?#abhxq1DP/ :;.()\n") | st.sampled_from(
    ["f(x)", "h1.", "bq. ", ":)", "(/)", "https://x.test/a", "C:\\d\\*.log", "(on)(off)"]
)


@example("a \\) of its own")
@given(st.lists(ANYTHING).map("".join))
@example("\\https://x.test/a")
@example("\\)")
@example("https://x.test/a[)f(x)")
def test_what_was_escaped_is_read_as_it_was_written(plain: str) -> None:
    """By a reader of the markup that is not ours to write: the sandbox's."""
    read = to_text(to_adf(escaped(plain)))
    assert read.replace("\u200b", "").strip("\n") == clean(plain).strip("\n")


def created(**members: object) -> Answer:
    return Answer(201, {}, json.dumps({"issueId": "1", "issueKey": "HELP-7"} | members).encode())


def test_created_ticket_is_told_with_title_status_and_portal_path() -> None:
    answer = created(
        summary="The cluster is down",
        currentStatus={"status": "Waiting for support", "statusCategory": "NEW"},
        _links={"web": "https://x.atlassian.net/servicedesk/customer/portal/2/HELP-7"},
    )
    filed = filing.read_filed(answer, Filing("LK01", AccountId("qm:1"), {}))
    assert (filed.key, filed.title, filed.status) == (
        "HELP-7",
        "The cluster is down",
        "Waiting for support",
    )
    assert filed.portal_path == "/servicedesk/customer/portal/2/HELP-7"


def test_title_comes_from_the_field_values_where_summary_is_not_told() -> None:
    values = [{"fieldId": "summary", "label": "Summary", "value": "From the values"}]
    wanted = Filing("LK01", AccountId("qm:1"), {"summary": "Typed"})
    assert filing.read_filed(created(requestFieldValues=values), wanted).title == "From the values"
    assert filing.read_filed(created(), wanted).title == "Typed"


@pytest.mark.parametrize("lost", [{"issueId": None}, {"issueKey": 7}])
def test_created_ticket_without_its_key_is_unreadable(lost: dict[str, object]) -> None:
    with pytest.raises(UnreadableError):
        filing.read_filed(created(**lost), Filing("LK01", AccountId("qm:1"), {}))
