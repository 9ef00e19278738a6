"""The form before anybody has typed anything."""

from dataclasses import replace

from syncd.core.decide import form
from syncd.core.desks.choice import Asking
from syncd.core.fields import plan
from syncd.core.fields.plan import ReadAddress
from syncd.core.fields.portal import own_form
from syncd.core.model import DESCRIPTION, SUMMARY, Chat, RequestId, Values
from syncd.core.views import FormView
from syncd.core.wording import words
from syncd.loops.ports import Messenger


def empty_form(
    asks: Asking,
    chat: Chat,
    read_address: ReadAddress,
    portal_base: str,
    answered: Values | None = None,
) -> FormView:
    """Return the form as it is shown in this chat; where a required question is for the portal
    alone, the way there.

    `answered`: what is known already, on which it depends what is asked; None: ask everything.
    """
    wording, fields = words(chat.language), asks.form
    planned = plan.plan(fields, chat, read_address)
    if answered is None:
        asked = form.all_questions(planned, wording)
    else:
        asked = form.questions(planned, wording, answered)
    portal = form.only_on_portal(planned, answered or {})
    lacking = wording.comma.join(field.label for field in portal)
    intro = wording.form_on_portal.format(fields=lacking) if lacking else wording.form_intro
    return FormView(
        request_id=RequestId(""),
        title=wording.form_title,
        intro=intro,
        fields=(*asks.first, *(() if lacking else asked)),
        values={},
        submit=wording.submit,
        cancel=wording.cancel,
        choose=wording.choose,
        other=wording.other_choice,
        more=wording.more_questions,
        more_url=own_form(portal_base, fields, {}),
        elsewhere=() if lacking else plan.on_portal(planned, required=False),
        portal_button=wording.open_portal_form if lacking else "",
        kind=asks.kind,
        language=chat.language,
    )


def shortened(
    asks: Asking, chat: Chat, read_address: ReadAddress, portal_base: str, messenger: Messenger
) -> tuple[str, ...]:
    """Return a sentence for whatever of the form has no room beside a long mention."""
    mentioned: Values = {SUMMARY: "例" * 255, DESCRIPTION: "例" * 1000}
    view = empty_form(asks, chat, read_address, portal_base, {})
    return messenger.shortened(replace(view, values=mentioned))
