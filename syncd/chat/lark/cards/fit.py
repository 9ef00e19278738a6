"""What of a form has room in one card, whatever the helpdesk asks for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from syncd.chat.lark.members import Json
from syncd.core.fields.field import Field, other_of
from syncd.core.model import DESCRIPTION, REPORTER, SUMMARY
from syncd.core.views import FormView

_LONGEST_LABEL = 200
_SHORT_LABEL = 60
_LONGEST_HELP = 500
_SHORT_HELP = 100
_FEWEST_CHOICES = 30
"""Fields go before a list becomes shorter than this."""
_VERY_FEW_CHOICES = 3
_KEPT = (REPORTER, SUMMARY, DESCRIPTION)


@dataclass(frozen=True)
class Fitted:
    """A form as it is shown; `ids`: a choice's value is its id, so that no legend is needed."""

    view: FormView
    ids: bool = False
    left_out: tuple[Field, ...] = ()


Fits = Callable[[Fitted], bool]


def fitted(view: FormView, fits: Fits) -> Fitted:
    """Return the form with as little gone as has to: helps, then choices, then optional fields."""
    whole = [Fitted(_with_texts(view, _LONGEST_LABEL, _LONGEST_HELP))]
    shorter = replace(whole[0], view=_with_texts(view, _LONGEST_LABEL, _SHORT_HELP))
    bare = Fitted(_with_texts(view, _SHORT_LABEL, 0), ids=True)
    for tried in [*whole, shorter, replace(shorter, ids=True), bare]:
        if fits(tried):
            return tried
    longest = max((len(field.options) for field in view.fields), default=0)
    found = _most(fits, lambda n: _with_choices(bare, n), _FEWEST_CHOICES, longest)
    if found is not None:
        return found
    few = _with_choices(bare, _FEWEST_CHOICES)
    for tried in _with_fewer_fields(few):
        if fits(tried):
            return tried
    fewest = list(_with_fewer_fields(few))[-1]
    found = _most(fits, lambda n: _with_choices(fewest, n), _VERY_FEW_CHOICES, _FEWEST_CHOICES)
    return found or _with_choices(fewest, _VERY_FEW_CHOICES)


def losses(view: FormView, shown: Fitted) -> tuple[str, ...]:
    """Return a sentence for operators about each thing that had to go."""
    told = []
    by_id = {field.id: field for field in shown.view.fields}
    for field in view.fields:
        kept = by_id.get(field.id)
        if kept is not None and kept.unlisted:
            told.append(
                f"the list {_name(field)} has {len(field.options)} choices; the form shows "
                f"{len(kept.options)} and takes the name of any other in a text field"
            )
    if shown.left_out:
        names = ", ".join(_name(field) for field in shown.left_out)
        told.append(f"{len(shown.left_out)} optional fields are left to the portal: {names}")
    shorter = sum(len(by_id[f.id].help) < len(f.help) for f in view.fields if f.id in by_id)
    if shorter:
        told.append(f"the help of {shorter} fields is shortened or left out")
    return tuple(f"the form is too long for a Lark card: {one}" for one in told)


def _name(field: Field) -> str:
    return f"{_short(field.label, _SHORT_LABEL)!r} ({field.id})"


def count_elements(card: Json) -> int:
    """Return how many components and texts a card has, which the platform limits, too."""
    return sum(1 for _ in _tagged(card))


def _tagged(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        if "tag" in value:
            yield value
        for name, inner in value.items():
            if name != "behaviors":
                yield from _tagged(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _tagged(inner)


def _most(fits: Fits, shown: Callable[[int], Fitted], fewest: int, longest: int) -> Fitted | None:
    """Return the form with as many choices as fit, None if not even the fewest do."""
    if not fits(shown(fewest)):
        return None
    low, high = fewest, max(longest, fewest + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(shown(middle)) else (low, middle)
    return shown(low)


def _with_texts(view: FormView, label: int, help: int) -> FormView:
    return replace(
        view,
        fields=tuple(
            replace(
                f,
                label=_short(f.label, label),
                help=_short(f.help, help),
                options=f.options if help else tuple(replace(o, about="") for o in f.options),
            )
            for f in view.fields
        ),
    )


def _short(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - 1] + "…" if limit else ""


def _with_choices(form: Fitted, most: int) -> Fitted:
    """Return the form with the first choices of each list, and those that were made before."""
    fields = tuple(_first_choices(field, form.view, most) for field in form.view.fields)
    return replace(form, view=replace(form.view, fields=fields))


def _first_choices(field: Field, view: FormView, most: int) -> Field:
    """Of choices in two steps the first steps stay; the second is named in the text field."""
    if sum(not option.partial for option in field.options) <= most:
        return field
    chosen = view.values.get(field.id, "")
    made = chosen if isinstance(chosen, list) else [chosen]
    ranked = sorted(field.options, key=lambda option: bool(option.parent))
    beyond = tuple(option for option in ranked[most:] if option.value in made)
    shown = (*ranked[:most], *beyond)
    return replace(field, options=shown, unlisted=field.unlisted + len(field.options) - len(shown))


def _with_fewer_fields(form: Fitted) -> Iterator[Fitted]:
    """Yield the form with one optional field less each time: empty ones first, from the end."""
    view, left_out = form.view, form.left_out
    yield form
    spare = [f for f in view.fields if not f.required and f.id not in _KEPT]
    filled = {f.id for f in spare if f.id in view.values or other_of(f.id) in view.values}
    for field in sorted(reversed(spare), key=lambda f: f.id in filled):
        view = replace(view, fields=tuple(f for f in view.fields if f.id != field.id))
        left_out = (field, *left_out)
        yield replace(form, view=view, left_out=left_out)
