"""Reading a hook call from HTTP: what is not JSON is a 400, what is not a call of CDS Hooks is a 422.

No message quotes the request: it names the element, and what was expected there.
"""

import contextlib
import json
import re
import sys
from typing import Any, NoReturn

import msgspec
from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from cdshooks.wire.outcome import Problem
from cdshooks.wire.request import CarefulRequest, ReceivedRequest, WholeRequest

_whole = msgspec.json.Decoder(WholeRequest)
_careful = msgspec.json.Decoder(CarefulRequest)

_PATH = re.compile(r" - at `(?:key in `)?\$(?P<path>[^`]*)`+$")
_MISSING = re.compile(r"^Object missing required field `(?P<member>[^`]+)`")


def read_call(request: Request) -> ReceivedRequest:
    """The hook call in the body of `request`, its prefetch undecoded; or a Problem."""
    _check_media_type(request)
    call = _decode(_read(request))
    _check_context(call)
    if call.fhir_authorization is not None and call.fhir_server is None:
        raise Problem(
            422,
            "required",
            "`fhirServer` is missing; it is required where there is `fhirAuthorization`.",
            expressions=("fhirServer",),
        )
    return call


def violation(error: msgspec.ValidationError, *, within: str = "") -> Problem:
    """What is wrong with an element of the call, told by its name. `within` is the element that was read."""
    words = str(error)
    place = _PATH.search(words)
    steps = [within, *re.sub(r"\[[^]]*]", "", place["path"] if place else "").split(".")]
    missing = _MISSING.match(words)
    if missing:
        steps.append(missing["member"])
    element = ".".join(step for step in steps if step)
    if not element:
        return Problem(422, "structure", "The body is not a JSON object.")
    if missing:
        return Problem(422, "required", f"`{element}` is missing.", expressions=(element,))
    return Problem(
        422,
        "value",
        f"`{element}` is not what CDS Hooks defines there.",
        # "Expected …" names types, patterns and bounds. Other messages of msgspec may quote the value.
        diagnostics=_PATH.sub("", words) if words.startswith("Expected ") else None,
        expressions=(element,),
    )


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
    except OSError as error:
        raise ClientDisconnected from error
    if len(body) > limit:
        raise RequestEntityTooLarge
    if len(body) < (request.content_length or 0):
        raise ClientDisconnected
    return body


def _decode(body: bytes) -> ReceivedRequest:
    try:
        # msgspec does not look at the encoding of what it skips. Most bodies are ASCII: told fast.
        if not body.isascii():
            body.decode()
        with contextlib.suppress(msgspec.DecodeError, RecursionError):
            return _whole.decode(body)
        # Something in it cannot be read. A resource may be broken, the call itself may not.
        try:
            return _careful.decode(body)
        except msgspec.ValidationError as error:
            # It was raised at the first element of a wrong type; what follows may not even be JSON.
            msgspec.json.decode(body, type=msgspec.Raw)
            raise violation(error) from None
    except UnicodeDecodeError as error:
        raise _not_json(f"not UTF-8 (byte {error.start})") from None
    except msgspec.DecodeError as error:
        # Its words are about syntax and byte positions only.
        raise _not_json(str(error)) from None


def _check_context(call: ReceivedRequest) -> None:
    # Of two members of one name msgspec keeps the last. Whose chart this is about must not hang on that.
    # The context is small, so json can look; numbers stay text, as Python refuses very long ones.
    context = json.loads(bytes(call.context), object_pairs_hook=_members, parse_int=str, parse_float=str)
    if not isinstance(context, dict):
        raise Problem(422, "structure", "`context` is not a JSON object.", expressions=("context",))


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        _refuse_repetition()
    return members


def _refuse_repetition() -> NoReturn:
    raise Problem(
        400, "structure", "`context` holds a member of the same name twice.", expressions=("context",)
    )


def _not_json(reason: str) -> Problem:
    return Problem(400, "structure", "The body is not JSON in UTF-8.", diagnostics=reason)
