"""FHIR resources as people keep them: Bundles, NDJSON or single resources, compressed or not.

Resources stay the bytes they were, so that what is made of them holds every number as it was written.
"""

import gzip
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

STANDARD_INPUT = "-"

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class MaterialError(ValueError):
    """Something that no resources can be read from. The message is one line and quotes nothing of it."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A resource as it stands, and where a Bundle says that it lives."""

    resource: msgspec.Raw
    full_url: str | None = None


class _Document(msgspec.Struct, frozen=True, rename="camel"):
    resource_type: str
    entry: msgspec.Raw = msgspec.Raw()


class _Resource(msgspec.Struct, frozen=True):
    resource: msgspec.Raw


_raw = msgspec.json.Decoder(msgspec.Raw)
_document = msgspec.json.Decoder(_Document)
_list = msgspec.json.Decoder(tuple[msgspec.Raw, ...])
_entry = msgspec.json.Decoder(Entry)
_resource = msgspec.json.Decoder(_Resource)


def load(name: str) -> tuple[Entry, ...]:
    """The resources of a file, or of the standard input where it is called "-".

    Raises:
        MaterialError: where it cannot be read; the message begins with the name.
    """
    content = content_of(name)
    try:
        return read(content)
    except MaterialError as error:
        raise MaterialError(f"{name}: {error}") from error


def content_of(name: str) -> bytes:
    """The bytes of a file, or of the standard input where it is called "-".

    Raises:
        MaterialError: where it cannot be read; the message begins with the name.
    """
    try:
        return sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    except OSError as error:
        raise MaterialError(f"{name}: cannot be read: {error.strerror or error}") from error


def read(content: bytes) -> tuple[Entry, ...]:
    """The resources in `content`, which is recognised by what it holds: gzip, a Bundle, NDJSON, a resource.

    Entries of a Bundle that hold no resource are passed over, as a DELETE of a transaction is.

    Raises:
        MaterialError: where it is none of these.
    """
    text = _decompressed(content).removeprefix(_BYTE_ORDER_MARK)
    try:
        # msgspec does not look at the encoding of what stays undecoded.
        text.decode()
    except UnicodeDecodeError as error:
        raise MaterialError(f"is not UTF-8 text (byte {error.start})") from None
    return tuple(entry for document in _documents(text) for entry in _entries(document))


def _decompressed(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise MaterialError("is gzip that cannot be decompressed") from None


def _documents(text: bytes) -> tuple[msgspec.Raw, ...]:
    """The whole text as one document, or each line as one where the first line is complete by itself."""
    try:
        return (_json(text),)
    except MaterialError:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
        try:
            ndjson = len(lines) > 1 and bool(_json(lines[0][1]))
        except MaterialError:
            ndjson = False
        if not ndjson:
            raise
    return tuple(_json(line, f"line {number} ") for number, line in lines)


def _json(text: bytes, where: str = "") -> msgspec.Raw:
    try:
        return _raw.decode(text)
    except RecursionError:
        raise MaterialError(f"{where}is nested too deeply") from None
    except msgspec.DecodeError as error:
        # Its words are about syntax and byte positions only.
        raise MaterialError(f"{where}is not JSON: {error}") from None


def _entries(document: msgspec.Raw) -> Iterator[Entry]:
    try:
        found = _document.decode(document)
        entries = _list.decode(found.entry) if found.resource_type == "Bundle" and bytes(found.entry) else ()
    except msgspec.DecodeError:
        raise MaterialError("is not a FHIR resource, a Bundle or NDJSON of resources") from None
    if found.resource_type != "Bundle":
        yield Entry(resource=document)
    for raw in entries:
        try:
            yield _entry.decode(raw)
        except msgspec.DecodeError:
            yield from _second_look(raw)


def _second_look(raw: msgspec.Raw) -> Iterator[Entry]:
    """The resource of an entry whose other members are not what FHIR says."""
    try:
        yield Entry(resource=_resource.decode(raw).resource)
    except msgspec.DecodeError:
        return
