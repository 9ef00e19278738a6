"""The form of a card: fields to components, and what a person typed back to values.

https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/containers/form-container
"""

import json

from syncd.chat.lark.cards.escape import escape
from syncd.chat.lark.cards.inputs import INPUTS, Place, read
from syncd.chat.lark.cards.naming import FORM, MAX_SHORT, cut, field_id, plain_text
from syncd.chat.lark.members import Json
from syncd.core.model import DeliveryId, Values
from syncd.core.prose.secrets import Answer
from syncd.core.views import CardView, FormView

_MOST_SAID = 200
"""Characters at a field of what is wrong with it; all of it leads the card."""


def form(view: FormView, key: DeliveryId, *, ids: bool = False) -> Json:
    """Return the form container: a component for each field, and the buttons that submit it.

    `ids`: the value of a choice is its id; else it is its text, whose id the button carries.
    """
    elements: list[Json] = []
    legend: Json = {}
    for field in view.fields:
        if said := cut(view.wrong.get(field.id, ""), _MOST_SAID):
            elements.append({"tag": "markdown", "content": f"⚠ **{escape(said)}**"})
        if field.kind in INPUTS:
            elements += INPUTS[field.kind](field, Place(view, legend, ids=ids))
    submits = {Answer.NONE: view.submit}
    if view.mask:
        submits = {Answer.MASK: view.mask, Answer.AS_IS: view.submit}
    for number, (name, text) in enumerate(submits.items()):
        value = callback(view.action if name is Answer.NONE else name, view, key)
        # The choices' ids travel with the button, because a choice's shown text is also its value.
        value["o"] = json.dumps(legend, ensure_ascii=False, separators=(",", ":"))
        submit = button(name, text, value, primary=number == 0)
        elements.append({**submit, "form_action_type": "submit"})
    return {"tag": "form", "name": FORM, "elements": elements}


# Without a title of its question an old client does nothing at a press:
# https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/interactive-components/button
def button(name: str, text: str, value: Json, *, primary: bool = False, confirm: str = "") -> Json:
    """Return a button that calls back with `value`; `confirm`: what it asks before that."""
    made: Json = {
        "tag": "button",
        "name": name,
        "text": plain_text(text, MAX_SHORT),
        "type": "primary" if primary else "default",
        "behaviors": [{"type": "callback", "value": value}],
    }
    if confirm:
        made["confirm"] = {"title": plain_text(text, MAX_SHORT), "text": plain_text(confirm)}
    return made


# https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/interactive-components/button
def link_button(text: str, url: str) -> Json:
    """Return a button that opens an address and calls nobody back."""
    return {
        "tag": "button",
        "text": plain_text(text, MAX_SHORT),
        "type": "default",
        "behaviors": [{"type": "open_url", "default_url": url}],
    }


def callback(action: str, view: CardView, key: DeliveryId) -> Json:
    """Return what a click brings back: the action, the request, the delivery of the card.

    Also what has to be known when nothing can be looked up: the card's language, and of a form its
    place and what it asks about.
    """
    value = {"a": action, "r": view.request_id, "d": key}
    if view.language is not None:
        value["l"] = view.language.value
    if isinstance(view, FormView) and view.place is not None:
        value["p"] = view.place.value
    if isinstance(view, FormView) and view.kind is not None:
        value["k"] = str(view.kind)
    return value


def read_form(form_value: Json, legend: Json, zone: str = "") -> Values:
    """Return the values by field id; a field left empty is missing, as on the wire it may be.

    `zone`: where the person is, such as `Asia/Shanghai`; empty when nobody says.
    """
    found = {field_id(n): read(typed, legend.get(n), zone) for n, typed in form_value.items()}
    return {name: value for name, value in found.items() if name and value}
