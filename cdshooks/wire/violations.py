"""What is wrong with a message, element by element. Each is named, and no value is ever quoted."""

import re
from typing import Any

import msgspec

from cdshooks.wire.outcome import Issue, Text

_PATH = re.compile(r" - at `(?:key in `)?\$(?P<path>[^`]*)`+$")
_MISSING = re.compile(r"^Object missing required field `(?P<member>[^`]+)`")
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def missing(element: str, because: str = "") -> Issue:
    """An element that is not there and has to be."""
    return _issue("required", f"`{element}` is missing{because}.", element)


def wrong(element: str, expected: str | None = None) -> Issue:
    """An element that is there and is not what CDS Hooks defines; `expected` says what that would be."""
    return _issue("value", f"`{element}` is not what CDS Hooks defines there.", element, expected)


def violations(
    raw: msgspec.Raw | bytes, kind: type[msgspec.Struct], *, within: str = ""
) -> tuple[Issue, ...]:
    """Every member of the message that is missing or of another type than `kind` has it; none where it fits.

    msgspec stops at the first. Whoever writes a client wants to hear of all of them at once. `raw` is JSON, and
    `within` is the element it stands in.
    """
    try:
        given = _members.decode(raw)
    except msgspec.ValidationError:
        if within:
            return (_issue("structure", f"`{within}` is not a JSON object.", within),)
        return (
            Issue(severity="error", code="structure", details=Text(text="The body is not a JSON object.")),
        )
    found: list[Issue] = []
    for field in msgspec.structs.fields(kind):
        element = f"{within}.{field.encode_name}" if within else field.encode_name
        value = given.get(field.encode_name)
        if value is None:
            if field.required:
                found.append(missing(element))
            continue
        try:
            msgspec.json.decode(value, type=field.type)
        except msgspec.ValidationError as error:
            part = _message_in(field.type)
            found += (
                violations(value, part, within=element)
                if part and value_is_object(value)
                else [_told(error, element)]
            )
    return tuple(found)


def value_is_object(value: msgspec.Raw) -> bool:
    """Whether JSON is an object, by how it begins."""
    return bytes(value)[:1] == b"{"


def _message_in(annotated: Any) -> type[msgspec.Struct] | None:  # noqa: ANN401 - any annotation
    """The message that a member may hold, where it may hold one: `FhirAuthorization | None` does."""
    options = getattr(annotated, "__args__", (annotated,))
    return next(
        (each for each in options if isinstance(each, type) and issubclass(each, msgspec.Struct)), None
    )


def _told(error: msgspec.ValidationError, element: str) -> Issue:
    words = str(error)
    place = _PATH.search(words)
    steps = [element, *re.sub(r"\[[^]]*]", "", place["path"] if place else "").split(".")]
    gone = _MISSING.match(words)
    if gone:
        return missing(".".join(filter(None, (*steps, gone["member"]))))
    # "Expected …" names types, patterns and bounds. Other messages of msgspec may quote the value.
    expected = _PATH.sub("", words) if words.startswith("Expected ") else None
    return wrong(".".join(filter(None, steps)), expected)


def _issue(code: str, text: str, element: str, diagnostics: str | None = None) -> Issue:
    return Issue(
        severity="error",
        code=code,
        details=Text(text=text),
        diagnostics=diagnostics,
        expression=(element,),
    )
