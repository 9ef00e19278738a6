"""Cards as the platform takes them and as a person sees them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.chat.lark.cards.card import MAX_BYTES, card, encoded, size, with_ref
from syncd.core.fields.field import Field, FieldKind, Option
from syncd.core.model import Language, Place
from syncd.core.prose import plain
from syncd.core.text import Body, Code, Item, Listing, Paragraph, Quote, Table, Text
from syncd.core.views import Button, Content, FormView, PostView
from syncd.sandbox.lark.cards.check import Audience, validate
from syncd.sandbox.lark.cards.markup import Seen, markdown

Json = dict[str, Any]
NASTY = "<at id=all></at> [x](https://evil.example) **b** `c` :DONE: \ud800"
NOBODY = Audience(frozenset(), frozenset(), at_all=False)

SEVERITY = (Option("1", "High"), Option("2", "Low"))
FIELDS = (
    Field("reporter", FieldKind.TEXT, "Reporter", required=True),
    Field("summary", FieldKind.TEXT, "Summary", required=True, max_length=255),
    Field("description", FieldKind.MULTILINE, "Description", help="What happened?"),
    Field("customfield_1", FieldKind.SELECT, "Severity", required=True, options=SEVERITY),
    Field("customfield_2", FieldKind.MULTISELECT, "Parts", options=SEVERITY, help="Any"),
    Field("duedate", FieldKind.DATE, "Due"),
    Field("customfield_3", FieldKind.NUMBER, "Seats"),
    Field("labels", FieldKind.LABELS, "Labels"),
    Field("customfield_4", FieldKind.UNSUPPORTED, "Cascade"),
)


def form_view(**changes: Any) -> FormView:
    given: Json = {
        "request_id": "r1",
        "title": "New ticket",
        "intro": "Tell us more",
        "fields": FIELDS,
        "values": {},
        "submit": "Create",
        "cancel": "Cancel",
        "choose": "Choose",
    }
    return FormView(**(given | changes))


def post_view(**changes: Any) -> PostView:
    given: Json = {"title": "HELP-1", "link_text": "HELP-1", "link_url": "https://p.example/HELP-1"}
    return PostView(**(given | changes))


def accepted(content: Content) -> Json:
    """Return the card, which the platform takes and a person can be shown."""
    made = card(content, "d-1")
    validate(json.loads(json.dumps(made)), NOBODY)
    assert size(made) <= MAX_BYTES
    request = json.dumps({"content": encoded(made), "uuid": "d" * 50}, ensure_ascii=False)
    assert len(request.encode()) <= 30 * 1024
    return made


def elements(made: Json, tag: str) -> list[Json]:
    found: list[Json] = []
    for element in made["body"]["elements"]:
        inner = element["elements"] if element["tag"] == "form" else [element]
        found += [e for e in inner if e["tag"] == tag]
    return found


def named(made: Json, name: str) -> Json:
    tags = ("input", "select_static", "multi_select_static", "date_picker", "button")
    (found,) = [e for tag in tags for e in elements(made, tag) if e["name"] == name]
    return found


def seen(made: Json) -> list[Seen]:
    return [markdown(e["content"], str) for e in elements(made, "markdown")]


def test_form_asks_every_field_it_can_show() -> None:
    made = accepted(form_view())
    assert named(made, "summary") | {"max_length": 255, "required": True} == named(made, "summary")
    assert named(made, "description")["input_type"] == "multiline_text"
    assert named(made, "description")["placeholder"]["content"] == "What happened?"
    assert [o["value"] for o in named(made, "customfield_1")["options"]] == ["High", "Low"]
    assert "customfield_4" not in json.dumps(made)
    labels = [s.text for s in seen(made)]
    assert labels == ["Severity *", "Parts\nAny", "Due"]


def test_form_holds_what_was_typed_before() -> None:
    values = {
        "reporter": "aiko@acme.example",
        "summary": "one\nline",
        "description": "two\nlines",
        "customfield_1": "2",
        "customfield_2": ["1", "2", "gone"],
        "duedate": "2026-04-01",
        "labels": ["a", "b"],
    }
    made = accepted(form_view(values=values, problem="Summary is wrong"))
    assert named(made, "summary")["default_value"] == "one line"
    assert named(made, "description")["default_value"] == "two\nlines"
    assert named(made, "customfield_1")["initial_option"] == "Low"
    assert named(made, "customfield_2")["selected_values"] == ["High", "Low"]
    assert named(made, "duedate")["initial_date"] == "2026-04-01"
    assert named(made, "labels")["default_value"] == "a b"
    assert elements(made, "div")[0]["text"]["content"] == "Summary is wrong"


def test_text_and_value_of_a_choice_are_the_same() -> None:
    for option in named(accepted(form_view()), "customfield_1")["options"]:
        assert option["text"]["content"] == option["value"]


def test_buttons_bring_back_the_request_the_delivery_place_and_language() -> None:
    made = accepted(form_view(place=Place.DIRECT, language=Language.ZH))
    for name in ("submit", "cancel"):
        value = named(made, name)["behaviors"][0]["value"]
        assert (value["a"], value["r"], value["d"]) == (name, "r1", "d-1")
        assert (value["p"], value["l"]) == ("direct", "zh")
    assert named(made, "submit")["form_action_type"] == "submit"
    shown = post_view(buttons=(Button("open", "Open", "form", primary=True),), request_id="r9")
    value = named(accepted(shown), "open")["behaviors"][0]["value"]
    assert value == {"a": "form", "r": "r9", "d": "d-1"}


def test_a_button_may_ask_once_more_with_a_title_and_a_text() -> None:
    asks = Button("resolve", "Resolve", "resolve", confirm=NASTY)
    made = accepted(post_view(buttons=(asks, Button("escalate", "Escalate", "escalate"))))
    title, text = (named(made, "resolve")["confirm"][part] for part in ("title", "text"))
    assert (title["tag"], title["content"]) == ("plain_text", "Resolve")
    assert text["tag"] == "plain_text"
    assert "confirm" not in named(made, "escalate")


def test_too_long_values_are_cut_and_the_form_stays_whole() -> None:
    fields = tuple(Field(f"f{i}", FieldKind.MULTILINE, f"Field {i}") for i in range(40))
    values = {f.id: "長い😀" * 400 for f in fields}
    made = accepted(form_view(fields=fields, values=values))
    assert all(len(e["default_value"]) >= 20 for e in elements(made, "input"))
    assert named(made, "submit")["text"]["content"] == "Create"


@pytest.mark.parametrize("limit", [1, 255, 1000, 5000])
def test_value_is_never_longer_than_its_field(limit: int) -> None:
    field = Field("summary", FieldKind.TEXT, "Summary", max_length=limit)
    made = accepted(form_view(fields=(field,), values={"summary": "😀x" * 1000}))
    made_input = named(made, "summary")
    assert made_input["max_length"] == min(limit, 1000)
    assert len(made_input.get("default_value", "")) <= made_input["max_length"]


def test_foreign_text_in_a_form_is_only_text() -> None:
    options = (Option("1", NASTY), Option("2", NASTY), Option("3", ""))
    fields = (
        Field("a", FieldKind.SELECT, NASTY, required=True, options=options, help=NASTY),
        Field("b", FieldKind.TEXT, NASTY, help=NASTY),
    )
    values = {"a": "1", "b": NASTY}
    view = form_view(title=NASTY, intro=NASTY, fields=fields, values=values, problem=NASTY)
    for found in seen(accepted(view)):
        assert (found.mentions, found.links) == ([], [])
        assert "<at id=all></at>" in found.text


def test_post_shows_title_link_lines_and_body() -> None:
    body: Body = (Paragraph((Text("We fixed it."),)),)
    made = accepted(post_view(lines=("Status: Done", "By Erin"), body=body))
    assert made["header"]["title"] == {"tag": "plain_text", "content": "HELP-1"}
    shown = seen(made)
    assert shown[0].links == [("HELP-1", "https://p.example/HELP-1?ref=d-1")]
    assert shown[1].text == "We fixed it."
    lines = [e["text"]["content"] for e in elements(made, "div")]
    assert lines == ["Status: Done", "By Erin"]


def test_foreign_text_in_a_post_is_only_text() -> None:
    body: Body = (Paragraph((Text(NASTY),)), Code(NASTY))
    view = post_view(title=NASTY, link_text=NASTY, lines=(NASTY,), body=body, cut_note=NASTY)
    shown = seen(accepted(view))
    assert [s.mentions for s in shown] == [[], []]
    assert [[address for _, address in s.links] for s in shown] == [
        ["https://p.example/HELP-1?ref=d-1"],
        [],
    ]


def test_post_without_title_or_link_is_still_a_card() -> None:
    assert [
        e["text"]["content"] for e in elements(accepted(PostView("", lines=("hello",))), "div")
    ] == ["hello"]


def test_address_that_is_no_web_address_is_not_linked() -> None:
    shown = seen(accepted(post_view(link_url="javascript:alert(1)")))
    assert (shown[0].text, shown[0].links) == ("HELP-1", [])


@pytest.mark.parametrize(
    ("url", "with_it"),
    [
        ("https://p.example/1", "https://p.example/1?ref=d-1"),
        ("https://p.example/1?a=b", "https://p.example/1?a=b&ref=d-1"),
        ("https://p.example/1#top", "https://p.example/1?ref=d-1#top"),
    ],
)
def test_address_carries_the_delivery(url: str, with_it: str) -> None:
    assert with_ref(url, "d-1") == with_it


LONG = "An engineer's answer, with 1/2 of it *marked* up. " * 30
LONG_BODIES: list[Body] = [
    (Paragraph((Text(LONG * 60),)),),
    tuple(Paragraph((Text(LONG),)) for _ in range(60)),
    (Code("\n".join(["kubectl get pods --all-namespaces"] * 3000), "sh"),),
    (Code("\n".join(['{"level":"info","msg":"ok"}'] * 1000), "json"),),
    (Paragraph((Text("C:\\logs\\" * 4000),)),),
    (Listing(tuple(Item((Paragraph((Text(LONG),)),)) for _ in range(60)), ordered=True),),
    (Quote(tuple(Paragraph((Text(LONG),)) for _ in range(60)), "⚠️"),),
    (Paragraph((Text("無" * 40_000),)),),
    tuple(Table(tuple(((Paragraph((Text(LONG),)),),) * 8 for _ in range(60))) for _ in range(10)),
]


@pytest.mark.parametrize("body", LONG_BODIES)
def test_long_body_is_cut_and_ends_with_the_note_and_the_link(body: Body) -> None:
    made = accepted(post_view(body=body, cut_note="The rest is in the portal:"))
    *_, text, note = elements(made, "markdown")
    assert size(made) > MAX_BYTES * 0.6
    assert text["content"]
    told = markdown(note["content"], str)
    assert told.text == "… The rest is in the portal: HELP-1"
    assert told.links == [("HELP-1", "https://p.example/HELP-1?ref=d-1")]


def test_body_that_fits_has_no_note() -> None:
    made = accepted(post_view(body=(Paragraph((Text("short"),)),), cut_note="The rest"))
    assert "The rest" not in json.dumps(made)


def test_cut_body_is_a_beginning() -> None:
    words = " ".join(f"w{i}" for i in range(20_000))
    made = accepted(post_view(body=(Paragraph((Text(words),)),)))
    shown = elements(made, "markdown")[1]["content"].split()
    assert shown == [f"w{i}" for i in range(len(shown))]
    assert len(shown) > 3000


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=200))
def test_any_text_makes_a_card_that_is_taken(title: str, label: str, text: str) -> None:
    accepted(PostView(title, label, "https://p.example/", (text,), (Paragraph((Text(text),)),)))
    field = Field("f", FieldKind.SELECT, label, options=(Option(text, title), Option("2", label)))
    accepted(form_view(title=title, intro=text, fields=(field, FIELDS[2]), submit=label))


def test_card_that_lark_refused_says_in_its_plain_words_what_was_left_out() -> None:
    struck = Paragraph((Text("port 4000", ("strike",)), Text("4001")))
    steps = Listing(tuple(Item((Paragraph((Text(LONG),)),)) for _ in range(3)), ordered=True)
    view = post_view(body=(struck, steps), cut_note="The rest is in the portal:")
    made = accepted(plain.post(view))
    *_, body = elements(made, "div")
    assert "[struck out: port 4000]4001\n1. An engineer" in body["text"]["content"]
    told = markdown(elements(made, "markdown")[-1]["content"], str)
    assert told.text == "… The rest is in the portal: HELP-1"
    assert "The rest" not in json.dumps(accepted(plain.post(post_view(body=(struck,)))))


def test_cut_comment_ends_with_a_whole_block_where_little_is_lost_by_it() -> None:
    blocks = [Paragraph((Text(f"begin {LONG[:400]} end"),)), Code("SELECT 1;\n" * 20, "sql")] * 60
    made = accepted(post_view(body=tuple(blocks), cut_note="The rest:"))
    shown = elements(made, "markdown")[1]["content"]
    assert shown.count("begin") == shown.count("end") > 10
    assert shown.count("```") % 2 == 0
