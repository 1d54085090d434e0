"""Cases: folders with a request body and the answer it is to get."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import msgspec

REQUEST = "request.json"
EXPECTED = "expected.json"

NO_UUID = "00000000-0000-8000-8000-000000000000"
"""Stands in records for every uuid of a card or suggestion: those are new with each kind of client."""


class CasesError(ValueError):
    """Cases that cannot be replayed. The message is one line and names the file or folder."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP answer: its status, and its body as the JSON bytes it was."""

    status: int
    body: msgspec.Raw

    @property
    def content(self) -> object:
        """The body decoded, its numbers with a point or an exponent as Decimal."""
        return _anything.decode(self.body)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One case, its request read: `hook` is None where the body names none."""

    folder: Path
    request: bytes
    hook: str | None

    @property
    def name(self) -> str:
        """The folder, as it was asked for."""
        return str(self.folder)

    def expected(self) -> Answer | None:
        """The recorded answer; None where none was recorded.

        Raises:
            CasesError: where the record cannot be read.
        """
        path = self.folder / EXPECTED
        return _decoded(path, _answer) if path.exists() else None

    def record(self, answer: Answer) -> bool:
        """Write `answer` down as the one that is expected, and tell whether that changed anything.

        The record is the service's own JSON, laid out for people and with its uuids replaced, so that only
        what the service says differently shows in a diff.
        """
        path = self.folder / EXPECTED
        text = bytes(answer.body)
        for uuid in set(_uuids(answer.content)):
            text = text.replace(f'"{uuid}"'.encode(), f'"{NO_UUID}"'.encode())
        settled = msgspec.structs.replace(answer, body=msgspec.Raw(text))
        record = msgspec.json.format(msgspec.json.encode(settled), indent=2) + b"\n"
        try:
            if path.exists() and path.read_bytes() == record:
                return False
            path.write_bytes(record)
        except OSError as error:
            raise CasesError(f"{path}: cannot be written: {error.strerror or error}") from error
        return True


class _Request(msgspec.Struct, frozen=True):
    hook: str


_anything = msgspec.json.Decoder(float_hook=Decimal)
_answer = msgspec.json.Decoder(Answer)
_request = msgspec.json.Decoder(_Request)


def find(paths: Iterable[Path]) -> tuple[Case, ...]:
    """The cases at `paths`, each a case or a folder with cases at any depth; by name, each once.

    Raises:
        CasesError: where there is no case at a path, or a request cannot be read.
    """
    folders: dict[Path, None] = {}
    for path in paths:
        found = sorted(request.parent for request in path.rglob(REQUEST))
        if not found:
            what = "there are no cases in it" if path.is_dir() else "there is no such folder"
            raise CasesError(f"{path}: {what}; a case is a folder with a {REQUEST}")
        folders.update(dict.fromkeys(found))
    return tuple(_case(folder) for folder in folders)


def _case(folder: Path) -> Case:
    path = folder / REQUEST
    request = _bytes(path)
    try:
        return Case(folder=folder, request=request, hook=hook_of(request))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CasesError(f"{path}: is not JSON: {error}") from error


def hook_of(request: bytes) -> str | None:
    """The hook that the body of a call names; None where it names none.

    Raises:
        msgspec.DecodeError, UnicodeDecodeError or RecursionError: where it is not JSON.
    """
    try:
        return _request.decode(request).hook
    except msgspec.ValidationError:
        return None


def _decoded(path: Path, decoder: msgspec.json.Decoder[Answer]) -> Answer:
    try:
        answer = decoder.decode(_bytes(path))
        _anything.decode(answer.body)
    except msgspec.ValidationError as error:
        raise CasesError(f'{path}: is not an answer, {{"status": 200, "body": …}}: {error}') from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CasesError(f"{path}: is not JSON: {error}") from error
    return answer


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CasesError(f"{path}: cannot be read: {error.strerror or error}") from error


def _uuids(body: object) -> Iterator[str]:
    """The uuids of the cards and of their suggestions."""
    cards = body.get("cards") if isinstance(body, dict) else None
    for card in cards if isinstance(cards, list) else ():
        for part in (card, *(card.get("suggestions") or ())):
            if isinstance(part.get("uuid"), str):
                yield part["uuid"]
