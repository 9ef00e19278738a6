"""The answers of a create, checked against the Form and kept on the ticket.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields import kinds
from syncd.sandbox.jsm.fields.case import Case
from syncd.sandbox.jsm.fields.texts import MAX_LINE
from syncd.sandbox.jsm.forms.design import Choice, Form, Question
from syncd.sandbox.jsm.forms.wire import field_of
from syncd.sandbox.jsm.state import JiraState
from syncd.sandbox.jsm.text import adf, adf_schema

Json: TypeAlias = dict[str, Any]
Answers: TypeAlias = Mapping[str, Any]
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}\Z")


@dataclass(frozen=True)
class Asked:
    """One question with its choices, wherever they come from."""

    question: Question
    choices: tuple[Choice, ...]
    is_adf: bool
    state: JiraState


def problems(
    form: Form, answers: Answers, state: JiraState, *, is_adf: bool
) -> list[tuple[str, str]]:
    """Return each question that is wrongly answered, with a sentence."""
    shown = _shown(form, answers)
    found = [
        (id, "There is no such question." if id not in form.questions else "It is not shown.")
        for id in answers
        if id not in shown
    ]
    for question in shown.values():
        asked = Asked(question, choices_of(question, state), is_adf, state)
        if said := _problem(asked, answers.get(question.id)):
            found.append((question.id, said))
    return found


def linked(form: Form) -> set[str]:
    """Return the fields of Jira whose values come from the Form."""
    return {question.linked for question in form.questions.values() if question.linked}


def kept(form: Form, answers: Answers, state: JiraState) -> Json:
    """Return the values of fields of Jira that the answers give."""
    found = {}
    for id, answer in answers.items():
        question = form.questions.get(id)
        field = field_of(question, state) if question and question.linked else None
        if field is not None:
            found[field.id] = _as_value(field, answer, state)
    return found


def read(form: Form, answers: Answers, state: JiraState) -> list[tuple[str, str]]:
    """Return each answered question's label, and the answer as an engineer reads it."""
    return [
        (question.label, _words(answers[question.id], choices_of(question, state)))
        for question in form.questions.values()
        if question.id in answers
    ]


def choices_of(question: Question, state: JiraState) -> tuple[Choice, ...]:
    field = field_of(question, state) if question.linked else None
    return question.choices or tuple(map(_choice, field.options if field else ()))


def _choice(option: site.Option) -> Choice:
    return Choice(option.id, option.label, tuple(map(_choice, option.children)))


def _shown(form: Form, answers: Answers) -> dict[str, Question]:
    """Return the main questions and those of the sections that an answer shows."""
    shown = {question.id: question for question in form.main}
    left = list(form.sections)
    while found := [s for s in left if _shows(s.trigger, s.choices, answers, shown)]:
        shown |= {question.id: question for section in found for question in section.questions}
        left = [section for section in left if section not in found]
    return shown


def _shows(
    trigger: str, choices: tuple[str, ...], answers: Answers, shown: Mapping[str, Question]
) -> bool:
    answer = answers.get(trigger)
    chosen = answer.get("choices", []) if isinstance(answer, dict) else []
    return not trigger or (trigger in shown and bool(set(chosen) & set(choices)))


def _problem(asked: Asked, answer: Any) -> str:
    question = asked.question
    if answer is None:
        return "This question is required." if question.required else ""
    member, check = _TYPES[question.type]
    members = {"date", "time"} if question.type == "dt" else {member}
    if not isinstance(answer, dict) or not answer or set(answer) - members:
        return f"An answer of this question has {' and '.join(sorted(members))}."
    return check(asked, answer)


def _text(asked: Asked, answer: Json) -> str:
    text, rules = answer["text"], dict(asked.question.rules)
    if not isinstance(text, str) or not text.strip():
        return "The answer is empty."
    if asked.question.type == "ts" and "\n" in text:
        return "The answer must be a single line."
    most = rules.get("mxc", MAX_LINE if asked.question.linked == "summary" else adf.MAX_TEXT)
    if len(text) > most:
        return f"The answer may have {most} characters."
    return "The answer is too short." if len(text) < rules.get("mnc", 0) else _pattern(text, rules)


def _pattern(text: str, rules: Json) -> str:
    rule = rules.get("rgx")
    return str(rule["m"]) if rule and not re.fullmatch(rule["p"], text) else ""


def _email(asked: Asked, answer: Json) -> str:
    return _text(asked, answer) or ("" if _EMAIL.match(answer["text"]) else "Enter an email.")


def _url(asked: Asked, answer: Json) -> str:
    good = str(answer["text"]).startswith(("http://", "https://"))
    return _text(asked, answer) or ("" if good else "Enter a URL.")


def _number(asked: Asked, answer: Json) -> str:
    rules = dict(asked.question.rules)
    try:
        value = float(answer["text"]) if isinstance(answer["text"], str) else None
    except ValueError:
        value = None
    if value is None or (rules.get("wh") and value != int(value)):
        return "Enter a number."
    least, most = rules.get("mnn", value), rules.get("mxn", value)
    return "" if least <= value <= most else f"Enter a number between {least} and {most}."


def _document(asked: Asked, answer: Json) -> str:
    if asked.state.switches.form_documents_need_flag and not asked.is_adf:
        return "A document needs isAdfRequest."
    return "Enter a document." if adf_schema.problem_with(answer["adf"]) else ""


def _day(asked: Asked, answer: Json) -> str:
    try:
        date.fromisoformat(answer.get("date", ""))
    except (TypeError, ValueError):
        return "Enter a date."
    return ""


def _hour(asked: Asked, answer: Json) -> str:
    return "" if _TIME.match(str(answer.get("time", ""))) else "Enter a time."


def _moment(asked: Asked, answer: Json) -> str:
    """A date alone would lose the time."""
    return _day(asked, answer) or _hour(asked, answer)


def _one(asked: Asked, answer: Json) -> str:
    return _many(asked, answer) or ("" if len(answer["choices"]) == 1 else "Choose one.")


def _many(asked: Asked, answer: Json) -> str:
    chosen, known = answer["choices"], [choice.id for choice in asked.choices]
    if not isinstance(chosen, list) or not chosen or any(one not in known for one in chosen):
        return "The choice is not valid."
    rules = dict(asked.question.rules)
    good = rules.get("mns", 0) <= len(chosen) <= rules.get("mxs", len(chosen))
    return "" if good else "The number of choices is not right."


def _steps(asked: Asked, answer: Json) -> str:
    first, *rest = answer["choices"] if isinstance(answer["choices"], list) else [None]
    parent = next((choice for choice in asked.choices if choice.id == first), None)
    if parent is None or len(rest) > 1:
        return "The choice is not valid."
    if not rest:
        return "Choose a second one." if parent.children and asked.question.required else ""
    return "" if rest[0] in [c.id for c in parent.children] else "The choice is not valid."


def _users(asked: Asked, answer: Json) -> str:
    known = isinstance(answer["users"], list) and all(map(asked.state.account, answer["users"]))
    return "" if known else "The user does not exist."


def _anything(asked: Asked, answer: Json) -> str:
    return ""


_TYPES: dict[str, tuple[str, Callable[[Asked, Json], str]]] = {
    "ts": ("text", _text),
    "tl": ("text", _text),
    "pg": ("text", _text),
    "te": ("text", _email),
    "tu": ("text", _url),
    "no": ("text", _number),
    "rt": ("adf", _document),
    "da": ("date", _day),
    "ti": ("time", _hour),
    "dt": ("date", _moment),
    "cd": ("choices", _one),
    "cs": ("choices", _one),
    "cl": ("choices", _many),
    "cm": ("choices", _many),
    "cc": ("choices", _steps),
    "us": ("users", _users),
    "um": ("users", _users),
    "at": ("files", _anything),
    "ob": ("choices", _anything),
}


def _as_value(field: site.Field, answer: Json, state: JiraState) -> Any:
    """Return an answer as the platform keeps the value of the field."""
    chosen = [{"id": id} for id in answer.get("choices", [])]
    if "adf" in answer:
        return answer["adf"]
    if chosen and field.kind == "cascading":
        given: Any = chosen[0] | ({"child": chosen[1]} if len(chosen) > 1 else {})
    elif chosen:
        many = kinds.KINDS[field.kind].type == "array"
        given = chosen if many else chosen[0]
    else:
        given = answer.get("text") or answer.get("date")
        if field.kind == "multiline":
            return adf.from_text(given)
    return kinds.kept(Case(field, state), given)


def _words(answer: Json, choices: tuple[Choice, ...]) -> str:
    labels = {c.id: c.label for choice in choices for c in (choice, *choice.children)}
    if "choices" in answer:
        return ", ".join(labels.get(id, id) for id in answer["choices"])
    if "adf" in answer:
        return adf.to_text(answer["adf"])
    return " ".join(str(answer[name]) for name in ("text", "date", "time") if name in answer)
