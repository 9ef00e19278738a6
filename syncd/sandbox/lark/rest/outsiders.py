"""What is refused in a group with people of other companies, and about those people.

https://open.feishu.cn/document/develop-robots/add-bot-to-external-group
https://open.feishu.cn/document/uAjLw4CM/ugTN1YjL4UTN24CO1UjN/breaking-change/messenger-and-group-chat-apis-in-external-chat
"""

from syncd.sandbox.lark.rest import refusals
from syncd.sandbox.lark.rest.refusals import Refused
from syncd.sandbox.lark.state import Chat, LarkState

# The words of oapi-sdk-go's issue 168, of a bot that was shared with other companies.
_OLD_API = (
    "The historical version of the APIs does not support cross-tenant scenarios. "
    "Please use the latest version."
)
_NOT_SHARED = "not supported in external groups"


def check_send(state: LarkState, chat: Chat, msg_type: object) -> None:
    """Refuse a message to the group; raises Refused, as all of these do."""
    if not chat.external:
        return
    if state.switches.ext_send != "ok":
        raise refusals.not_permitted(_NOT_SHARED)
    if state.switches.ext_cards != "ok" and msg_type == "interactive":
        raise Refused(230054, "This operation is not supported for this message type.")


def check_change(state: LarkState, chat: Chat, switch: str) -> None:
    """Refuse what changes or reads messages: `ext_patch`, `ext_recall` or `ext_history`."""
    if chat.external and getattr(state.switches, switch) != "ok":
        raise refusals.not_permitted(_NOT_SHARED)


def check_private_card(state: LarkState, chat: Chat, open_id: str) -> None:
    allowed = state.switches.ext_ephemeral
    if not chat.external or allowed == "ok":
        return
    if allowed != "ok_insiders" or state.is_outsider(open_id):
        raise Refused(230027, _OLD_API, state.switches.ephemeral_error_status)


def check_delayed(state: LarkState, chat: Chat) -> None:
    if chat.external and state.switches.ext_delayed != "ok":
        raise refusals.not_permitted(_OLD_API)


def check_direct(state: LarkState, open_id: str) -> None:
    """Refuse a direct message to somebody of another company who has not opened that chat."""
    if not state.is_outsider(open_id):
        return
    known = open_id in state.confirmed and state.switches.ext_p2p != "never"
    if not known and state.switches.ext_p2p == "230013":
        raise refusals.not_available(open_id)
    if not known:
        raise Refused(230038, "Cross tenant p2p chat operate forbid.")


def check_chat(state: LarkState, chat: Chat, switch: str) -> None:
    """Refuse to tell about the group: `ext_chat` or `ext_members`."""
    if chat.external and getattr(state.switches, switch) != "ok":
        raise Refused(232033, "The bot has no permission to operate external chats.")


def check_file(state: LarkState, chat: Chat, sender: str) -> None:
    allowed = state.switches.ext_files
    if not chat.external or allowed == "ok":
        return
    if allowed != "insiders" or state.is_outsider(sender):
        raise Refused(234009, "Files in external groups are not supported.")
