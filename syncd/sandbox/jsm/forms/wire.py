"""The JSON of the Forms API.

https://developer.atlassian.com/cloud/forms/rest/ has the frame; what is inside the design is as
open-source tools that were held to real forms have it.
"""

from collections.abc import Iterable
from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields import kinds
from syncd.sandbox.jsm.forms.design import Choice, Form, Question, Section
from syncd.sandbox.jsm.state import JiraState

Json = dict[str, Any]


def template(form: Form, language: str) -> Json:
    """Return a FormTemplate."""
    return {
        "id": "3b7f3a52-55b0-4d0f-9b40-aaaaaaaaaaaa",
        "name": form.name,
        "updated": "2026-11-29T12:00:00.000Z",
        "design": {
            "settings": {"name": form.name, "language": "en", "submit": {"lock": False}},
            "questions": {q.id: _question(q, language) for q in form.questions.values()},
            # In any order: the layout goes by their numbers.
            "sections": {s.id: {"name": f"Section {s.id}"} for s in reversed(form.sections)},
            "conditions": {
                str(number): _condition(section)
                for number, section in enumerate(form.sections, 1)
                if section.trigger or section.odd
            },
            "layout": [
                _document(form.main),
                *(_document(s.questions) for s in sorted(form.sections, key=lambda s: int(s.id))),
            ],
        },
        # Empty on a live site although the form was attached.
        "publish": {"portal": {"portalRequestTypeIds": [], "submitOnCreate": True}},
    }


def external(form: Form, state: JiraState, language: str) -> Json:
    """Return what the questions know of the fields that they are linked to."""
    linked = [q for q in form.questions.values() if q.linked]
    return {"fields": {q.id: _linked(q, state, language) for q in linked}}


def field_of(question: Question, state: JiraState) -> site.Field | None:
    """Return the site's field of a linked question, on a request type's list or not."""
    every = [f for kind in state.request_types.values() for f in kind.fields]
    every += [f for kind in site.REQUEST_TYPES.values() for f in kind.fields]
    return next((f for f in every if f.id == question.linked), None)


def _question(question: Question, language: str) -> Json:
    answer: Json = {
        "type": question.type,
        "label": dict(question.names).get(language, question.label),
        "description": question.description,
        "questionKey": "",
        "validation": {"rq": question.required, **dict(question.rules)},
        "choices": [_choice(choice, language) for choice in question.choices],
    }
    return answer | ({"jiraField": question.linked} if question.linked else {})


def _choice(choice: Choice, language: str) -> Json:
    label = dict(choice.names).get(language, choice.label)
    answer: Json = {"id": choice.id, "label": label}
    children = [_choice(child, language) for child in choice.children]
    return answer | ({"children": children} if children else {})


def _condition(section: Section) -> Json:
    shown_by: Json = {"co": {"cIds": {section.trigger: list(section.choices)}}}
    return {"i": dict(section.odd) or shown_by, "o": {"sIds": [section.id], "t": "sh"}}


def _document(questions: Iterable[Question]) -> Json:
    return {"type": "doc", "version": 1, "content": [_node(question) for question in questions]}


def _node(question: Question) -> Json:
    shown = {
        "extensionType": "com.thinktilt.proforma",
        "extensionKey": "question",
        "layout": "default",
        "parameters": {"id": int(question.id)},
    }
    panel = {"type": "paragraph", "content": [{"type": "text", "text": "Please answer:"}]}
    return {"type": "panel", "content": [panel, {"type": "extension", "attrs": shown}]}


def _linked(question: Question, state: JiraState, language: str) -> Json:
    field = field_of(question, state)
    described = kinds.schema(field) if field else {}
    told = {"id": question.linked, "type": described.get("type", "")}
    listed = kinds.KINDS[field.kind].listed if field else False
    options = field.options if field and listed else ()
    return {"jiraField": told, "choices": [_option(o, language) for o in options], "answer": {}}


def _option(option: site.Option, language: str) -> Json:
    children = [_option(child, language) for child in option.children]
    name = dict(option.names).get(language, option.label)
    return {"id": option.id, "name": name, "children": children}
