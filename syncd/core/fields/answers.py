"""What an answer has to be: pure checks, each of which returns a sentence for the person."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TypeAlias
from urllib.parse import urlsplit

from syncd.core.fields.field import Field
from syncd.core.text import clean
from syncd.core.wording.table import Wording

Said: TypeAlias = str | list[str]
_BETWEEN = re.compile(r"[\s,;，、；]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2} [+-]\d{4}")
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d", re.ASCII)
_LONGEST_LABEL = 255
_LONGEST_ADDRESS = 254
_MOST_PEOPLE = 20
"""In one answer; each is looked up in the helpdesk."""


@dataclass(frozen=True)
class Asked:
    """What an answer is checked against."""

    field: Field
    wording: Wording
    read_address: Callable[[str], str | None]
    """Returns an e-mail address in its normal form, None when it is none."""


Tidy: TypeAlias = Callable[[Said, Asked], Said]
Wrong: TypeAlias = Callable[[Said, Asked], str]


def texts_of(said: Said) -> list[str]:
    given = said if isinstance(said, list) else [said]
    return [text for one in given if (text := clean(one).strip())]


# How an answer is put into its normal form.


def line(said: Said, asked: Asked) -> Said:
    return " ".join(texts_of(said)) if isinstance(said, list) else clean(said).strip()


def lines(said: Said, asked: Asked) -> Said:
    if isinstance(said, list) or not clean(said).strip():
        return line(said, asked)
    return clean(said).strip("\n").rstrip()


def many(said: Said, asked: Asked) -> Said:
    return texts_of(said)


def one_address(said: Said, asked: Asked) -> Said:
    return _normal(str(line(said, asked)), asked)


def addresses(said: Said, asked: Asked) -> Said:
    parts = dict.fromkeys(part for text in texts_of(said) for part in _BETWEEN.split(text) if part)
    return list(dict.fromkeys(_normal(part, asked) for part in islice(parts, _MOST_PEOPLE + 1)))


def _normal(address: str, asked: Asked) -> str:
    return (len(address) <= _LONGEST_ADDRESS and asked.read_address(address)) or address


# What is wrong with one that is in its normal form.


def too_long(said: Said, asked: Asked) -> str:
    field, wording, length = asked.field, asked.wording, len(str(said))
    if length > field.max_length:
        return wording.too_long.format(label=field.label, length=length, limit=field.max_length)
    if field.least is not None and length < field.least:
        least = f"{field.least:.10g}"
        return wording.too_short.format(label=field.label, length=length, limit=least)
    return ""


def wrong_line(said: Said, asked: Asked) -> str:
    problem = too_long(said, asked)
    if not problem and "\n" in str(said):
        return asked.wording.one_line_only.format(label=asked.field.label)
    return problem


def wrong_choice(said: Said, asked: Asked) -> str:
    offered = {option.value: option for option in asked.field.options}
    for chosen in said if isinstance(said, list) else [said]:
        if chosen not in offered:
            return asked.wording.not_offered.format(label=asked.field.label, value=chosen)
        if offered[chosen].partial:
            named = offered[chosen].label
            return asked.wording.choose_part.format(label=asked.field.label, value=named)
    return _wrong_count(len(said) if isinstance(said, list) else 1, asked)


def _wrong_count(chosen: int, asked: Asked) -> str:
    field, wording = asked.field, asked.wording
    if field.least is not None and chosen < field.least:
        return wording.too_few_chosen.format(label=field.label, limit=f"{field.least:.10g}")
    if field.most is not None and chosen > field.most:
        return wording.too_many_chosen.format(label=field.label, limit=f"{field.most:.10g}")
    return ""


def wrong_number(said: Said, asked: Asked) -> str:
    field, wording = asked.field, asked.wording
    if len(str(said)) > field.max_length:
        return wording.too_long.format(
            label=field.label, length=len(str(said)), limit=field.max_length
        )
    if not _is_number(str(said)):
        return wording.not_a_number.format(label=field.label, value=said)
    if field.whole and not float(str(said)).is_integer():
        return wording.not_whole.format(label=field.label, value=said)
    if field.least is not None and float(str(said)) < field.least:
        return wording.too_small.format(label=field.label, limit=f"{field.least:.10g}")
    if field.most is not None and float(str(said)) > field.most:
        return wording.too_large.format(label=field.label, limit=f"{field.most:.10g}")
    return ""


def wrong_time(said: Said, asked: Asked) -> str:
    if _TIME.fullmatch(str(said)):
        return ""
    return asked.wording.not_a_time.format(label=asked.field.label, value=said)


def wrong_date(said: Said, asked: Asked) -> str:
    if _is_moment(str(said), _DAY, "%Y-%m-%d"):
        return ""
    return asked.wording.not_a_date.format(label=asked.field.label, value=said)


def wrong_moment(said: Said, asked: Asked) -> str:
    if _is_moment(str(said), _MOMENT, "%Y-%m-%d %H:%M %z"):
        return ""
    return asked.wording.not_a_moment.format(label=asked.field.label, value=said)


def wrong_url(said: Said, asked: Asked) -> str:
    if (problem := wrong_line(said, asked)) or _is_url(str(said)):
        return problem
    return asked.wording.not_a_url.format(label=asked.field.label, value=said)


def wrong_labels(said: Said, asked: Asked) -> str:
    if problem := too_long(said, asked):
        return problem
    label, length = asked.field.label, max(map(len, _BETWEEN.split(str(said))))
    if length <= _LONGEST_LABEL:
        return ""
    return asked.wording.too_long.format(label=label, length=length, limit=_LONGEST_LABEL)


def wrong_addresses(said: Said, asked: Asked) -> str:
    label, named = asked.field.label, said if isinstance(said, list) else [said]
    if len(named) > _MOST_PEOPLE:
        return asked.wording.too_many.format(label=label, limit=_MOST_PEOPLE)
    for address in named:
        if len(address) > _LONGEST_ADDRESS or not asked.read_address(address):
            return asked.wording.not_an_address.format(label=label, value=address)
    return ""


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _is_moment(text: str, like: re.Pattern[str], form: str) -> bool:
    if not like.fullmatch(text) or not text.isascii():
        return False
    try:
        datetime.strptime(text, form)
        return bool(date.fromisoformat(text[:10]))
    except ValueError:
        return False


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and not re.search(r"\s", text)
        )
    except ValueError:
        return False
