"""A form card as the bot sends it, over the REST API that the bot uses."""

import json
from typing import Any

import httpx

from syncd.sandbox.box import Sandbox

Json = dict[str, Any]


def form_card(title: str = "New ticket") -> Json:
    """A card with a form of a text, a long text, a choice, and a button to submit them."""
    choices = ["1-Critical", "2-Major"]
    submit = {
        "tag": "button",
        "name": "submit",
        "text": plain("Submit"),
        "type": "primary",
        "form_action_type": "submit",
        "behaviors": [{"type": "callback", "value": {"a": "submit"}}],
    }
    elements = [
        {"tag": "input", "name": "summary", "label": plain("Summary"), "required": True,
         "max_length": 50, "default_value": "Cluster down"},
        {"tag": "input", "name": "description", "label": plain("Description"),
         "input_type": "multiline_text", "rows": 4},
        {"tag": "markdown", "content": "**Severity** &#42;"},
        {"tag": "select_static", "name": "severity", "required": True,
         "placeholder": plain("Choose"),
         "options": [{"text": plain(c), "value": c} for c in choices]},
        submit,
    ]  # fmt: skip
    return {
        "schema": "2.0",
        "config": {"update_multi": True},
        "header": {"title": plain(title)},
        "body": {
            "elements": [
                {"tag": "div", "text": plain("Please check.")},
                {"tag": "form", "name": "form", "elements": elements},
            ]
        },
    }


def plain(content: str) -> Json:
    return {"tag": "plain_text", "content": content}


def show_privately(box: Sandbox, open_id: str, chat_id: str, card: Json) -> str:
    """Send a card that one person sees, and return its message id."""
    body = {"chat_id": chat_id, "open_id": open_id, "msg_type": "interactive", "card": card}
    return _send(box, "/ephemeral/v1/send", body)


def say_directly(box: Sandbox, open_id: str, text: str) -> str:
    """Write to a person in the chat with the bot, and return the message's id."""
    body = {"receive_id": open_id, "msg_type": "text", "content": json.dumps({"text": text})}
    return _send(box, "/im/v1/messages?receive_id_type=open_id", body)


def _send(box: Sandbox, path: str, body: Json) -> str:
    with httpx.Client(base_url=f"{box.lark_url}/open-apis") as http:
        login = {"app_id": box.lark_state.app_id, "app_secret": box.lark_state.app_secret}
        token = http.post("/auth/v3/tenant_access_token/internal", json=login).json()
        headers = {"Authorization": f"Bearer {token['tenant_access_token']}"}
        answer = http.post(path, headers=headers, json=body).json()
    assert answer["code"] == 0, answer
    return str(answer["data"]["message_id"])
