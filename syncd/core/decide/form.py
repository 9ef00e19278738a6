"""The form's fields, and the validation of what was typed into them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from syncd.core.desks.choice import answered_by, asked_of
from syncd.core.fields import kinds, plan, steps
from syncd.core.fields.answers import Asked, Said
from syncd.core.fields.field import Field, FieldKind, Trigger, other_of
from syncd.core.fields.form import Form
from syncd.core.fields.naming import with_named
from syncd.core.fields.plan import Planned
from syncd.core.fields.portal import own_form
from syncd.core.fields.retired import in_words
from syncd.core.known import GIVEN_MOST, Rules, reporter_field, with_given
from syncd.core.model import DESCRIPTION, REPORTER, Chat, ReporterRule, Request, Values
from syncd.core.prose.heard import prefilled
from syncd.core.prose.whole import APART, NO_LONGER_ASKED, is_said
from syncd.core.reaching.strangers import masked
from syncd.core.text import clean
from syncd.core.wording.table import Wording


def questions(planned: Iterable[Planned], wording: Wording, values: Values) -> tuple[Field, ...]:
    """Return the fields a person is shown who has answered so much: the reporter, then what the
    helpdesk asks for."""
    ways = tuple(planned)
    asked = steps.asked(plan.shown(ways), {**values, **plan.preset(ways)})
    shown = (steps.narrowed(field, values.get(field.id, "")) for field in asked)
    return _led(shown, wording)


def all_questions(planned: Iterable[Planned], wording: Wording) -> tuple[Field, ...]:
    """Return the fields at once, whatever was answered; what follows an answer says so."""
    every = plan.shown(planned)
    by_id = {field.id: field for field in every}
    return _led((_only_if(field, by_id, wording) for field in every), wording)


def _led(asked: Iterable[Field], wording: Wording) -> tuple[Field, ...]:
    return (
        reporter_field(wording.reporter_label),
        *(_with_hint(field, wording) for field in asked),
    )


def _with_hint(field: Field, wording: Wording) -> Field:
    if field.kind not in (FieldKind.PERSON, FieldKind.PEOPLE):
        return field
    return replace(field, label=wording.by_email.format(label=field.label))


def _only_if(field: Field, by_id: Mapping[str, Field], wording: Wording) -> Field:
    """A card cannot ask for it only then, so that it is checked after Submit."""
    if not field.when:
        return field
    told = ((_told(t, by_id.get(t.field_id), wording) for t in every) for every in field.when)
    hint = wording.only_if.format(when=" / ".join(wording.comma.join(every) for every in told))
    help = f"{hint} {field.help}" if field.help else hint
    return replace(field, required=False, help=help)


def _told(trigger: Trigger, of: Field | None, wording: Wording) -> str:
    labels = {option.value: option.label for option in of.options} if of else {}
    choices = wording.comma.join(labels.get(value, value) for value in trigger.values)
    return f"{of.label if of else trigger.field_id}{wording.colon}{choices}"


def only_on_portal(planned: Iterable[Planned], answers: Values) -> tuple[Field, ...]:
    """Return the required questions that these answers ask and that a card cannot."""
    ways = tuple(planned)
    required = plan.on_portal(ways, required=True)
    asked = steps.asked((*plan.shown(ways), *required), {**answers, **plan.preset(ways)})
    return tuple(field for field in asked if field in required)


def goes_on(form: Form, chat: Chat, rules: Rules, before: Values, after: Values) -> bool:
    """Tell whether these answers ask for more than the ones that the card was made with."""
    planned = plan.plan(form, chat, rules.read_address)
    fields, preset = plan.shown(planned), plan.preset(planned)
    return not steps.steps(fields, {**after, **preset}) <= steps.steps(fields, {**before, **preset})


def lacked(form: Form, chat: Chat, rules: Rules, values: Values, *, in_steps: bool) -> bool:
    """Tell whether the card did not hold a question, or its choices, as the form has them by now.

    A client lets nobody leave empty what its card requires; with several steps in one card, what
    follows an answer is required of nobody there.
    """
    planned = plan.plan(form, chat, rules.read_address)
    asked = steps.asked(plan.shown(planned), {**values, **plan.preset(planned)})
    required = (f for f in asked if f.required and not f.unlisted and (in_steps or not f.when))
    return any(not values.get(field.id) for field in required)


def outgrown(request: Request, form: Form, chat: Chat, rules: Rules, wording: Wording) -> list[str]:
    """Return a sentence for each reason for which an accepted form has to be shown once more: the
    helpdesk asks for something else by now."""
    planned = plan.plan(form, chat, rules.read_address)
    said = {**request.values, **plan.preset(planned)}
    open_ = [
        wording.required.format(label=field.label)
        for field in steps.asked(plan.shown(planned), said)
        if field.required and not said.get(field.id)
    ]
    if not open_ and not only_on_portal(planned, said) and not _homeless(request, form):
        return []
    return [wording.form_changed, *open_]


def _homeless(request: Request, form: Form) -> bool:
    """Tell whether something was typed that neither a field nor the description can take."""
    known = {field.id for field in form.fields}
    if DESCRIPTION in known:
        return False
    typed = (id for id, said in request.values.items() if said and not id.endswith(APART))
    return any(id not in known | {REPORTER} for id in typed)


def written_here(request: Request) -> Values:
    """Return what of the form the asker wrote in the group, where everybody has read it."""
    written = prefilled(request.said, wordless=request.wordless)
    now = request.values
    return {
        id: value
        for id, value in written.items()
        if now.get(id) == value or (id == DESCRIPTION and now.get(id) == request.said)
    }


def in_the_open(
    asked: tuple[Field, ...], request: Request, last_time: str, wording: Wording
) -> tuple[Field, ...]:
    """Return the questions of a form that others see: it shows nothing that was typed before, and
    what is left empty stays as it was."""
    kept = {asked_of(id) for id in _typed_before(request)}
    hints = dict.fromkeys(kept, wording.kept)
    if REPORTER not in kept and request.own_address:
        hints[REPORTER] = wording.own_address_kept
    elif REPORTER not in kept and last_time:
        hints[REPORTER] = wording.last_address_kept.format(address=masked(last_time))
    return tuple(
        replace(field, required=False, help=hints[field.id]) if field.id in hints else field
        for field in asked
    )


def with_kept(typed: Values, request: Request, last_time: str) -> Values:
    """Return what was typed into a form that others see, with what it did not show."""
    answered = {asked_of(id) for id in typed}
    before = _typed_before(request)
    kept = {id: value for id, value in before.items() if asked_of(id) not in answered}
    address = before.get(REPORTER) or request.own_address or last_time
    if address and REPORTER not in answered:
        kept[REPORTER] = address
    return {**kept, **typed}


def _typed_before(request: Request) -> Values:
    here = written_here(request)
    return {id: value for id, value in request.values.items() if id not in here}


def between_kinds(
    typed: Values,
    request: Request,
    shown: Form | None,
    every: tuple[Field, ...],
    rules: Rules,
    wording: Wording,
) -> Values:
    """Return all answers so far of a form that goes on with another kind of request.

    `shown`: what the card held; `every`: the fields of all kinds. An answer waits for its kind.
    """
    fields = _led(filter(kinds.can_be_asked, every), wording)
    held, known = answered_by(shown), {field.id for field in fields}
    before = {id: v for id, v in request.values.items() if asked_of(id) not in held}
    named = {id: said for id, said in typed.items() if id != asked_of(id) in known}
    now = Form(every, retired=shown.retired if shown else ())
    odd = _no_longer_asked(typed, fields, now, replace(request, values={}))
    tidied = _tidied(typed, fields, wording, rules)
    return {**before, **odd, **named, **{id: said for id, said in tidied.items() if said}}


def check(
    typed: Values,
    form: Form,
    chat: Chat,
    request: Request,
    rules: Rules,
    wording: Wording,
    given: tuple[str, ...] = (),
    *,
    in_steps: bool = True,
) -> tuple[Values, list[str]]:
    """Return the normalised values, and a sentence for each one that is invalid.

    `given`: the addresses that the asker has given as their own.
    `in_steps`: whether the form asks what follows an answer on a card of its own.
    """
    planned = plan.plan(form, chat, rules.read_address)
    every = _led(plan.shown(planned), wording)
    values = _no_longer_asked(typed, every, form, request)
    address = own_form(rules.portal_base, form, {})
    said = {**_tidied(typed, every, wording, rules), **plan.preset(planned)}
    problems = [
        wording.only_on_portal.format(label=field.label, url=address)
        for field in only_on_portal(planned, said)
    ]
    for field in _answerable(every, said, planned, request, in_steps=in_steps):
        about = Asked(field, wording, rules.read_address)
        value, unknown = _normal(typed, about)
        if unknown:
            values[other_of(field.id)] = typed[other_of(field.id)]
            if value:
                values[field.id] = value
            problems.append(wording.not_offered.format(label=field.label, value=unknown))
            continue
        if not value:
            if field.required:
                problems.append(wording.required.format(label=field.label))
            continue
        values[field.id] = value
        problem = kinds.wrong(value, about)
        if not problem and field.id == REPORTER:
            problem = _wrong_reporter(field.label, str(value), chat, request, given, wording)
        if problem:
            problems.append(problem)
    return values, problems


def _tidied(typed: Values, fields: Iterable[Field], wording: Wording, rules: Rules) -> Values:
    """Return every answer in its normal form, those included that nobody was to give."""
    about = [Asked(field, wording, rules.read_address) for field in fields]
    found = {asked.field.id: _normal(typed, asked)[0] for asked in about}
    return {id: value for id, value in found.items() if value}


def _normal(typed: Values, asked: Asked) -> tuple[Said, str]:
    """Return one answer in its normal form, and a name in it that no option has."""
    field = asked.field
    return _with_other(kinds.tidy(typed.get(field.id, ""), asked), typed, field)


def _answerable(
    every: tuple[Field, ...],
    said: Values,
    planned: tuple[Planned, ...],
    request: Request,
    *,
    in_steps: bool,
) -> tuple[Field, ...]:
    """Return the questions that the card held and that the answers leave standing."""
    asked = steps.asked(every, said)
    if not in_steps:
        return asked
    shown = {f.id for f in steps.asked(every, {**request.values, **plan.preset(planned)})}
    before = request.values
    return tuple(steps.checked(f, before.get(f.id, "")) for f in asked if f.id in shown)


def _no_longer_asked(
    typed: Values, asked: tuple[Field, ...], form: Form, request: Request
) -> Values:
    """Return what was filled in where the form has no field any more, for the description, or for
    a comment where there is none.

    Its name is no field's id: under that, it could be written where nobody may write.
    """
    has_description = DESCRIPTION in {field.id for field in form.fields}
    ending = NO_LONGER_ASKED if has_description else APART
    known = {id for field in asked for id in (field.id, other_of(field.id))}
    kept: Values = {}
    for id, value in (*request.values.items(), *typed.items()):
        if id in known or (id == DESCRIPTION and is_said(str(value), request)):
            continue
        name, said = in_words(id, value, form)
        if said:
            kept[name.removesuffix(NO_LONGER_ASKED).removesuffix(APART) + ending] = said
    return kept


def _with_other(chosen: Said, typed: Values, field: Field) -> tuple[Said, str]:
    """Return what was chosen with the options that were named, and a name that no option has."""
    named = typed.get(other_of(field.id), "")
    name = " ".join(clean(named).split()) if isinstance(named, str) else ""
    if not name or not field.options:
        return chosen, ""
    return with_named(chosen, name, field)


def _wrong_reporter(
    label: str,
    address: str,
    chat: Chat,
    request: Request,
    given: tuple[str, ...],
    wording: Wording,
) -> str:
    own, only_own = request.own_address, chat.reporter is ReporterRule.SELF
    if only_own and own:
        foreign = address.casefold() != own.casefold()
        return wording.own_address_only.format(label=label, email=own) if foreign else ""
    # Nobody can look up the address of somebody of another company.
    if chat.reporter is ReporterRule.DOMAIN or (only_own and chat.allowed_domains):
        domain = address.rpartition("@")[2].casefold()
        if domain not in {allowed.casefold() for allowed in chat.allowed_domains}:
            domains = wording.comma.join(chat.allowed_domains)
            return wording.foreign_domain.format(label=label, domains=domains)
    if only_own and len(with_given(given, address)) > GIVEN_MOST:
        return wording.given_address_only.format(label=label, emails=wording.comma.join(given))
    return ""
