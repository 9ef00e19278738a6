"""Files and pictures, up and down."""

import re

from starlette.responses import Response

from syncd.sandbox.lark.rest import outsiders, refusals
from syncd.sandbox.lark.rest.frame import Api, Call, Json, success
from syncd.sandbox.lark.rest.messages import existing
from syncd.sandbox.lark.rest.refusals import Refused
from syncd.sandbox.lark.state import Upload
from syncd.sandbox.multipart import parts

MAX_IMAGE, MAX_FILE, MAX_DOWNLOAD = 10 << 20, 30 << 20, 100 << 20
UPLOAD = ("im:resource", "im:resource:upload")
_IMAGES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"\x00\x00\x01\x00",
)
DOWNLOAD = ("im:message", "im:message:readonly", "im:message.history:readonly")


def upload_image(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/image/create"""
    form = _form(call)
    if _text(form, "image_type") not in ("message", "avatar"):
        raise Refused(234001, "Invalid request param: image_type")
    upload = _store(call, form, "image", MAX_IMAGE)
    return success({"image_key": upload.key})


def upload_file(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/file/create"""
    form = _form(call)
    kinds = ("opus", "mp4", "pdf", "doc", "xls", "ppt", "stream")
    if _text(form, "file_type") not in kinds or not _text(form, "file_name"):
        raise Refused(234001, "Invalid request param: file_type or file_name")
    upload = _store(call, form, "file", MAX_FILE)
    return success({"file_key": upload.key})


def _form(call: Call) -> dict[str, bytes]:
    if not call.content_type.startswith("multipart/form-data"):
        raise refusals.bad_request("content-type must be multipart/form-data")
    return {part.name: part.data for part in parts(call.content_type, call.raw)}


def _text(form: dict[str, bytes], name: str) -> str:
    return form.get(name, b"").decode()


def _store(call: Call, form: dict[str, bytes], kind: str, limit: int) -> Upload:
    if kind not in form:
        raise Refused(234001, f"Invalid request param: {kind}")
    data = form[kind]
    if not data:
        raise Refused(234010, "The file is empty.")
    if len(data) > limit:
        raise Refused(234006, "The file size exceed the max value.")
    if kind == "image" and not any(data.startswith(magic) for magic in _IMAGES):
        raise Refused(234011, "Can't recognize image format.")
    prefix = "img_v3_" if kind == "image" else "file_v3_"
    name = _text(form, "file_name") or "image.png"
    sent_as = _text(form, "file_type")
    upload = Upload(call.state.new_id(prefix), kind, name, data, sent_as=sent_as)
    call.state.uploads[upload.key] = upload
    return upload


def resource(call: Call) -> Response:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-resource/get"""
    kind = call.query.get("type", "")
    if kind not in ("image", "file"):
        raise Refused(234001, "Invalid request param: type")
    message = existing(call.state, call.path["message_id"])
    if message.recalled:
        raise refusals.deleted()
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
    return _bytes_of(upload, call.range)


def _bytes_of(upload: Upload, asked: str) -> Response:
    """A name's raw UTF-8 stands in the header; parts of files are sent to who asks for them, as
    Lark's own command line does."""
    name = re.sub(r"[\x00-\x1f]", "", upload.name)
    disposition = f'attachment; filename="{name}"'.encode()
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked) if upload.kind == "file" else None
    data, status, headers = upload.data, 200, {}
    if found:
        first, whole = int(found[1]), len(upload.data)
        data = upload.data[first : int(found[2]) + 1 if found[2] else whole]
        headers["Content-Range"] = f"bytes {first}-{first + len(data) - 1}/{whole}"
        status = 206
    response = Response(data, status, headers, media_type="application/octet-stream")
    response.raw_headers.append((b"content-disposition", disposition))
    return response


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
