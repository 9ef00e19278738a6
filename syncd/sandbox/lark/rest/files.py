"""Files and pictures, up and down."""

from email import message_from_bytes
from email.message import Message as MimePart
from urllib.parse import quote

from starlette.responses import Response

from syncd.sandbox.lark.rest import outsiders, refusals
from syncd.sandbox.lark.rest.frame import Api, Call, Json, success
from syncd.sandbox.lark.rest.messages import existing
from syncd.sandbox.lark.rest.refusals import Refused
from syncd.sandbox.lark.state import Upload

MAX_IMAGE, MAX_FILE, MAX_DOWNLOAD = 10 << 20, 30 << 20, 100 << 20
UPLOAD = ("im:resource", "im:resource:upload")
DOWNLOAD = ("im:message", "im:message:readonly", "im:message.history:readonly")


def upload_image(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/image/create"""
    parts = _form(call)
    if _text(parts, "image_type") not in ("message", "avatar"):
        raise Refused(234001, "Invalid request param: image_type")
    upload = _store(call, parts, "image", MAX_IMAGE)
    return success({"image_key": upload.key})


def upload_file(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/file/create"""
    parts = _form(call)
    kinds = ("opus", "mp4", "pdf", "doc", "xls", "ppt", "stream")
    if _text(parts, "file_type") not in kinds or not _text(parts, "file_name"):
        raise Refused(234001, "Invalid request param: file_type or file_name")
    upload = _store(call, parts, "file", MAX_FILE)
    return success({"file_key": upload.key})


def _form(call: Call) -> dict[str, MimePart]:
    if not call.content_type.startswith("multipart/form-data"):
        raise refusals.bad_request("content-type must be multipart/form-data")
    header = f"Content-Type: {call.content_type}\r\n\r\n".encode()
    parsed = message_from_bytes(header + call.raw)
    parts: dict[str, MimePart] = {}
    for part in parsed.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            parts[name] = part
    return parts


def _bytes(part: MimePart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(parts: dict[str, MimePart], name: str) -> str:
    return _bytes(parts[name]).decode() if name in parts else ""


def _store(call: Call, parts: dict[str, MimePart], kind: str, limit: int) -> Upload:
    if kind not in parts:
        raise Refused(234001, f"Invalid request param: {kind}")
    data = _bytes(parts[kind])
    if not data:
        raise Refused(234010, "The file is empty.")
    if len(data) > limit:
        raise Refused(234006, "The file size exceed the max value.")
    prefix = "img_v3_" if kind == "image" else "file_v3_"
    name = _text(parts, "file_name") or "image.png"
    upload = Upload(call.state.new_id(prefix), kind, name, data)
    call.state.uploads[upload.key] = upload
    return upload


def resource(call: Call) -> Response:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-resource/get"""
    kind = call.query.get("type", "")
    if kind not in ("image", "file"):
        raise Refused(234001, "Invalid request param: type")
    message = existing(call.state, call.path["message_id"])
    chat = call.state.chats[message.chat_id]
    if not chat.bot_in_chat:
        raise Refused(234004, "The app is not in the chat.")
    outsiders.check_file(call.state, chat, message.sender)
    if message.msg_type in ("interactive", "merge_forward"):
        raise Refused(234043, "Unsupported message type.")
    upload = call.state.uploads.get(call.path["key"])
    if upload is None or upload.message_id != message.message_id or upload.kind != kind:
        raise Refused(234003, "File not in msg.")
    if len(upload.data) > MAX_DOWNLOAD:
        raise Refused(234037, "The file is too large to download.")
    disposition = f"attachment; filename*=UTF-8''{quote(upload.name)}"
    return Response(upload.data, headers={"Content-Disposition": disposition})


APIS = (
    Api("POST", "/open-apis/im/v1/images", upload_image, scopes=UPLOAD, json_body=False),
    Api("POST", "/open-apis/im/v1/files", upload_file, scopes=UPLOAD, json_body=False),
    Api(
        "GET",
        "/open-apis/im/v1/messages/{message_id}/resources/{key}",
        resource,
        scopes=DOWNLOAD,
    ),
)
