"""Documents as Lark and Jira make them, and what becomes of each on the other side.

Beside each document of `corpus/lark` stands the document that Jira gets, beside each of
`corpus/jira` the markdown of the card that Lark gets. Somebody has read every one of them against
its source. With SYNCD_GOLDEN=1 they are written anew; read what changed before it is committed.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from adf_bridge import validate_adf

from syncd.chat.lark.cards.card import card, size
from syncd.chat.lark.cards.markdown import render
from syncd.chat.lark.message import read
from syncd.core.model import DeliveryId, Language, PersonId
from syncd.core.prose.heard import as_blocks
from syncd.core.views import PostView
from syncd.core.wording.notes import Notes
from syncd.helpdesk.jsm.adf import reading, writing
from syncd.sandbox.jsm.text.adf_schema import problem_with
from syncd.sandbox.lark.cards.check import Audience, validate

Json = dict[str, Any]
CORPUS = Path(__file__).parent / "corpus"
BOT = PersonId("ou_bot")
NOBODY = Audience(frozenset(), frozenset(), at_all=False)


def named(folder: str) -> list[str]:
    files = (CORPUS / folder).glob("*.json")
    return sorted(file.stem for file in files if not file.name.endswith(".adf.json"))


def source(folder: str, name: str) -> Json:
    found: Json = json.loads((CORPUS / folder / f"{name}.json").read_text("utf-8"))
    return found


def is_golden(result: str, path: Path) -> None:
    if os.environ.get("SYNCD_GOLDEN") == "1":
        path.write_text(result, "utf-8")
    assert result == path.read_text("utf-8")


def as_document(message: Json) -> Json:
    heard = read(message["message_type"], message["content"], message["mentions"])
    notes = Notes(heard.notes, Language(message["language"]))
    return writing.document(as_blocks(heard.text, heard.body, heard.named, BOT, notes))


@pytest.mark.parametrize("name", named("lark"))
def test_a_message_of_lark_becomes_that_document(name: str) -> None:
    document = as_document(source("lark", name))
    assert problem_with(document) == ""
    validate_adf(document)
    written = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    is_golden(written, CORPUS / "lark" / f"{name}.adf.json")


@pytest.mark.parametrize("name", named("jira"))
def test_a_document_of_jira_becomes_that_card(name: str) -> None:
    document = source("jira", name)
    body = reading.read(document)
    made = card(PostView("HELP-1", body=body), DeliveryId("d-1"))
    validate(json.loads(json.dumps(made)), NOBODY)
    assert size(made) > 0
    is_golden(render(body) + "\n", CORPUS / "jira" / f"{name}.md")


def test_the_corpus_is_as_large_as_it_is_told_to_be() -> None:
    assert len(named("lark")) >= 30
    assert len(named("jira")) >= 30
    goldens = [*CORPUS.glob("lark/*.adf.json"), *CORPUS.glob("jira/*.md")]
    assert len(goldens) == len(named("lark")) + len(named("jira"))
