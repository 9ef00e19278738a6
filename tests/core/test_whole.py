"""What of a mention stands in the description, and what follows."""

import pytest
from stories import asked

from syncd.core import text
from syncd.core.fields.field import Field, FieldKind
from syncd.core.fields.form import Form
from syncd.core.model import Language, Request
from syncd.core.prose import whole
from syncd.core.prose.heard import cut
from syncd.core.prose.plain import plain
from syncd.core.prose.said import blocks
from syncd.core.text import Quote
from syncd.core.wording import words

EN = words(Language.EN)
SUMMARY = Field("summary", FieldKind.TEXT, "Summary")
FORM = Form((SUMMARY, Field("description", FieldKind.MULTILINE, "Description")))
NO_DESCRIPTION = Form((SUMMARY,))
LONG = "it is down\n" + "  log\n" * 400


def submitted(said: str, typed: str, *, form: Form = FORM, quoted: str = "") -> Request:
    request = asked(said=said, quoted=quoted, values={"summary": "s", "description": typed})
    return whole.with_message(request, form)


def described(request: Request) -> str:
    return plain(whole.of(request, EN).description)


def follows(request: Request) -> list[str]:
    return [plain(part) for part in whole.of(request, EN).rest]


@pytest.mark.parametrize("said", [LONG, "  a short\n    one"])
def test_what_was_left_as_it_was_shown_is_the_whole_message(said: str) -> None:
    request = submitted(said, " ".join(cut(said).split()))
    assert request.values["description"] == said
    assert follows(request) == []


def test_a_form_that_comes_back_knows_the_message_again() -> None:
    once = submitted(LONG, cut(LONG))
    again = submitted(LONG, cut(str(once.values["description"])))
    assert again == once


def test_what_was_typed_stands_and_a_message_that_was_cut_follows() -> None:
    request = submitted(LONG, "in short")
    assert described(request) == "in short"
    (rest,) = follows(request)
    assert rest.startswith("The message as it was written:\nit is down\n  log\n")


def test_what_was_typed_stands_alone_where_all_was_seen() -> None:
    assert follows(submitted("the password is x", "the password is lost")) == []
    assert described(submitted("the password is x", "")) == ""


def test_where_no_description_is_asked_for_all_follows() -> None:
    quoted = whole.quote([("Ben", blocks("tikv-3 is down"))], EN)
    request = submitted("please help", "", form=NO_DESCRIPTION, quoted=quoted)
    assert described(request) == ""
    assert follows(request) == [
        "The message as it was written:\nplease help",
        "Ben wrote:\ntikv-3 is down",
    ]


def test_what_another_wrote_is_quoted_below() -> None:
    request = submitted(
        "see above", "see above", quoted=whole.quote([("Ben", blocks("it\n  is down"))], EN)
    )
    assert described(request) == "see above\nBen wrote:\nit\n  is down"
    assert isinstance(whole.of(request, EN).description[-1], Quote)
    assert text.load(request.quoted)


def test_a_mention_without_words_has_nothing_to_keep() -> None:
    request = submitted("", "typed")
    assert (described(request), follows(request)) == ("typed", [])
