"""Files of messages."""

from typing import BinaryIO
from urllib.parse import quote, urlsplit

from syncd.chat.lark import limiter
from syncd.chat.lark.limiter import Limiter
from syncd.chat.lark.members import string
from syncd.chat.lark.rest import Call, LarkRest, Upload
from syncd.core.errors import Unavailable
from syncd.core.files.found import InMessage
from syncd.core.model import ChatId, MessageId


class LarkFiles:
    """What people send besides words."""

    def __init__(self, rest: LarkRest, passes: Limiter, base_url: str) -> None:
        self._rest, self._limiter, self._base_url = rest, passes, base_url

    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-resource/get
    def download(self, message_id: MessageId, file: InMessage, into: BinaryIO, most: int) -> None:
        """Write a file of a message down; Rejected TOO_LARGE behind `most` bytes."""
        self._limiter.take(limiter.of_api("download"))
        message, key = quote(message_id, safe=""), quote(file.key, safe="")
        path = f"/open-apis/im/v1/messages/{message}/resources/{key}"
        self._rest.fetch(Call("GET", path, query={"type": file.kind}), into, most)

    # It may be repeated: each makes a key of its own, and only the message counts.
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/image/create
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/file/create
    def upload(self, kind: str, name: str, file: BinaryIO) -> str:
        """Bring a picture (`image`) or a file, which no message shows yet; return its key.

        Rejected with Cause.TOO_LARGE or Cause.CONTENT: such a one is not taken.
        """
        self._limiter.take(limiter.of_api(f"upload {kind}"))
        file.seek(0)
        fields = {"image_type": "message"}
        if kind == "file":
            # A film that is uploaded as one could not be sent as a file.
            fields = {"file_type": "stream", "file_name": name}
        path = f"/open-apis/im/v1/{kind}s"
        answer = self._rest.call(Call("POST", path, upload=Upload(kind, name, file, fields)))
        key = string(answer.data, f"{kind}_key")
        if not key:
            raise Unavailable("Lark took a file without saying by which key it knows it")
        return key

    # https://open.feishu.cn/document/common-capabilities/applink-protocol/supported-protocol/open-a-chat-page
    def address(self, chat_id: ChatId) -> str:
        """Return a link that opens a group for whoever is in it."""
        host = urlsplit(self._base_url).hostname or ""
        links = "applink.feishu.cn" if host.endswith("feishu.cn") else "applink.larksuite.com"
        return f"https://{links}/client/chat/open?openChatId={quote(chat_id, safe='')}"
