"""What a harness does to an answer that it holds back for a moment."""

import httpx


def whole(response: httpx.Response) -> httpx.Response:
    """Return it when all of it is here, and to be read as it came."""
    try:
        packed = b"".join(response.iter_raw())
    finally:
        response.close()
    return _again(response, packed)


async def whole_later(response: httpx.Response) -> httpx.Response:
    """Like `whole`."""
    try:
        packed = b"".join([piece async for piece in response.aiter_raw()])
    finally:
        await response.aclose()
    return _again(response, packed)


def _again(response: httpx.Response, packed: bytes) -> httpx.Response:
    return httpx.Response(
        response.status_code,
        headers=response.headers,
        stream=httpx.ByteStream(packed),
        extensions=response.extensions,
    )
