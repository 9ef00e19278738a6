"""Every refusal of the HTTP API: code, words, HTTP status.

https://open.feishu.cn/document/ukTMukTMukTM/ugjM14COyUjL4ITN
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
"""

from collections.abc import Mapping


class Refused(Exception):
    """The API's answer is an error. Business errors come with HTTP 400."""

    def __init__(
        self, code: int, message: str, status: int = 400, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status
        self.headers = dict(headers or {})


def bad_request(why: str) -> Refused:
    """The body is not JSON; the code is inferred, no page names it."""
    return Refused(9499, f"Bad Request: {why}")


def bad_field(why: str) -> Refused:
    return Refused(99992402, f"field validation failed: {why}")


def bad_parameter(why: str) -> Refused:
    return Refused(230001, f"Your request contains an invalid request parameter, ext={why}")


def no_token() -> Refused:
    return Refused(
        99991661,
        "Missing access token for authorization. Please make a request with token attached.",
    )


def bad_token() -> Refused:
    return Refused(
        99991663,
        "Invalid access token for authorization. Please make a request with token attached.",
    )


def no_scope(scopes: list[str]) -> Refused:
    return Refused(99991672, f"Access denied. One of the following scopes is required: {scopes}")


def app_rate(wait_seconds: int, limit: int, status: int = 429) -> Refused:
    """https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN"""
    headers = {
        "x-ogw-ratelimit-limit": str(limit),
        "x-ogw-ratelimit-reset": str(wait_seconds),
    }
    return Refused(99991400, "request trigger frequency limit", status, headers)


def chat_rate() -> Refused:
    return Refused(230020, "This operation triggers the frequency limit, ext=chat rate limit")


def message_rate() -> Refused:
    return Refused(230020, "This operation triggers the frequency limit, ext=message rate limit")


def bot_outside() -> Refused:
    return Refused(230002, "The bot can not be outside the group.")


def bot_disabled() -> Refused:
    return Refused(230006, "Bot ability is not activated.")


def too_old_to_recall() -> Refused:
    return Refused(230009, "Message has expired when recall message.")


def recalled() -> Refused:
    return Refused(230011, "The message is recalled.")


def not_available(who: str) -> Refused:
    return Refused(230013, f"Bot has NO availability to this user, ext={who}")


def not_owner_of_resource() -> Refused:
    return Refused(230017, "Bot is NOT the owner of the resource.")


def not_allowed_in_group(why: str) -> Refused:
    return Refused(230018, f"These operations are NOT allowed at current group settings, ext={why}")


def too_long() -> Refused:
    return Refused(230025, "The length of the message content reaches its limit.")


def not_ours_to_recall() -> Refused:
    return Refused(230026, "No permission to recall this message.")


def not_permitted(why: str) -> Refused:
    return Refused(230027, f"Lack of necessary permissions, ext={why}")


def audited() -> Refused:
    return Refused(230028, "The messages do NOT pass the audit.")


def too_old() -> Refused:
    return Refused(230031, "The message is out of the update period.")


def bad_receiver() -> Refused:
    return Refused(230034, "The receive_id is invalid.")


def wrong_file_type() -> Refused:
    return Refused(230055, "The type of file upload does not match the type of message.")


def no_thread_here() -> Refused:
    return Refused(
        230071, "The group to which the message belongs does not support reply in thread."
    )


def deleted() -> Refused:
    return Refused(230110, "Action unavailable as the message has been deleted.")


def bad_card(message: str) -> Refused:
    return Refused(230099, message)


def dissolved() -> Refused:
    return Refused(232009, "Your request specifies a chat which has already been dissolved.")
