"""Reading JSON from HTTP: another media type is a 415, too much is a 413, what is not JSON in UTF-8 a 400."""

import http
import json
import sys
from typing import Any

from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from cdshooks.wire.outcome import Problem


def read_body(request: Request) -> bytes:
    """The JSON body of `request` as bytes, its media type and length checked; or a Problem."""
    _check_media_type(request)
    body = _read(request)
    refuse_other_encodings(body)
    return body


def refuse_other_encodings(body: bytes) -> None:
    """Raise a Problem where the body is not UTF-8: msgspec does not look at the encoding of what it skips."""
    try:
        # Most bodies are ASCII: told fast.
        if not body.isascii():
            body.decode()
    except UnicodeDecodeError as error:
        raise not_json(f"not UTF-8 (byte {error.start})") from None


def _check_media_type(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset != "utf-8":
        raise Problem(
            415,
            "not-supported",
            "The body has to be application/json in UTF-8.",
            headers={"Accept": "application/json"},
        )
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(
            415,
            "not-supported",
            "The body has to be sent without a content coding.",
            headers={"Accept-Encoding": "identity"},
        )


def _read(request: Request) -> bytes:
    # Not by way of Request.get_data, which cuts a body without a length off at the limit in silence (werkzeug
    # 3.1), and copies every body more often.
    limit = request.max_content_length or sys.maxsize - 1
    length = request.content_length
    if length is None:
        # Sent in chunks: only some servers can tell where the body ends.
        length = limit + 1 if request.environ.get("wsgi.input_terminated") else 0
    elif length > limit:
        raise RequestEntityTooLarge
    try:
        body: bytes = request.environ["wsgi.input"].read(length)
    except TimeoutError:
        raise Problem(
            http.HTTPStatus.REQUEST_TIMEOUT,
            "timeout",
            "The body did not arrive in time.",
            headers={"Connection": "close"},
        ) from None
    except OSError as error:
        raise ClientDisconnected from error
    if len(body) > limit:
        raise RequestEntityTooLarge
    if len(body) < (request.content_length or 0):
        raise ClientDisconnected
    return body


class _RepeatedError(Exception):
    """An object holds two members of one name."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedError
    return found


# Numbers stay text: Python refuses very long ones.
_strict = json.JSONDecoder(object_pairs_hook=_members, parse_int=str, parse_float=str)


def without_repetitions(content: bytes, where: str, *expressions: str) -> Any:  # noqa: ANN401 - any JSON
    """What the JSON in UTF-8 says; or a Problem where an object in it holds two members of one name."""
    try:
        return _strict.decode(content.decode())
    except _RepeatedError:
        raise repeated(where, *expressions) from None


def refuse_repetition_outside(body: bytes) -> None:
    """Raise a Problem where the outermost object, and only that, holds two members of one name."""
    outermost: list[tuple[str, Any]] = []

    def members(pairs: list[tuple[str, Any]]) -> None:
        outermost[:] = pairs  # of all objects it is the last to be closed

    json.loads(body, object_pairs_hook=members, parse_int=str, parse_float=str)
    if len(dict(outermost)) < len(outermost):
        raise repeated("The body")


def repeated(where: str, *expressions: str) -> Problem:
    """What is said where an object holds two members of one name."""
    text = f"{where} holds a member of the same name twice."
    return Problem(400, "structure", text, expressions=expressions)


def not_json(reason: str) -> Problem:
    """What is said of a body that is none; `reason` is about syntax and byte positions only."""
    return Problem(400, "structure", "The body is not JSON in UTF-8.", diagnostics=reason)
