"""One query to a FHIR server, page by page to the end, and how it came out."""

import email.utils
import time
from http import HTTPStatus
from typing import Literal

import msgspec

from cdshooks.chart.capability import Statement, is_spoken
from cdshooks.chart.flight import EndedError, Flight
from cdshooks.chart.http import AskError, Budget, Http, Reply
from cdshooks.chart.ledger import LedgerWord
from cdshooks.trust.outbound import Base
from fhir_mappings.bundle import Contents, joined, open_answer

_TRIES = 3
_NO_POST = frozenset({404, 405, 415, 501})
_BUSY = frozenset({429, 503})
_UNSUPPORTED = frozenset({400, 404, 405, 422, 501})
OUT_OF_TIME = "it did not answer within the deadline"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How far one query goes."""

    pages: int = 200
    """Further ones, beside the first."""
    resources: int = 50_000
    url: int = 2000
    """Characters. Some servers take no longer ones; what is longer goes as POST."""


LIMITS = Limits()


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A FHIR server as one call may ask it. The token is in `headers`, and goes nowhere else."""

    http: Http
    base: Base
    headers: dict[str, str]
    flight: Flight
    budget: Budget
    statement: Statement
    limits: Limits

    def ask(self, url: str, *, form: str | None = None) -> Reply:
        """As `Http.ask`, with the token."""
        return self.http.ask(self.flight, url, headers=self.headers, form=form, budget=self.budget)

    def ask_openly(self, url: str) -> Reply:
        """As `ask`, without the token: for what is public."""
        plain = {name: value for name, value in self.headers.items() if name != "Authorization"}
        return self.http.ask(self.flight, url, headers=plain, budget=self.budget)

    def __repr__(self) -> str:
        """Name the class only: it holds a token."""
        return "Server(…)"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one query came out, in the words of the ledger. `because` is there where something is lacking."""

    word: LedgerWord
    contents: Contents
    because: str | None = None
    unsupported: bool = False
    """Whether it is empty because the server has no such resource type."""


class _Issue(msgspec.Struct, frozen=True):
    code: str | None = None


class _Answer(msgspec.Struct, frozen=True, rename="camel"):
    resource_type: str | None = None


class _Refusal(msgspec.Struct, frozen=True, rename="camel"):
    resource_type: Literal["OperationOutcome"]
    issue: tuple[_Issue, ...] = ()


_answer_decoder = msgspec.json.Decoder(_Answer)
_refusal_decoder = msgspec.json.Decoder(_Refusal)
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_NOTHING = Contents(state="failed")


class Lookup:
    """One query under way. One thread runs it; `outcome` may be asked by another, also before it is done."""

    def __init__(self, server: Server, path: str, *, supplied: Contents | None = None) -> None:
        """Look up `path`, a read or a search below the base, its query encoded.

        With `supplied`, only the pages after it.
        """
        self._server = server
        self._kind, _, self._query = path.partition("?")
        self._search = bool(self._query)
        self._path = path
        self._supplied = supplied
        self._pages: list[Contents] = [] if supplied is None else [supplied]
        self._because: str | None = OUT_OF_TIME
        self._denied = self._unsupported = False
        self.version: str | None = None
        """The version of FHIR that its answer is in, where that is one that cannot be read."""
        self._began = self._took = 0.0

    @property
    def seconds(self) -> float:
        """How long it took, or is taking."""
        return self._took or (time.monotonic() - self._began if self._began else 0.0)

    def run(self) -> None:
        """Ask until the last page is here or it is clear that it will not be. Raises nothing of the network."""
        self._began = time.monotonic()
        try:
            self._follow()
            self._because = None
        except AskError as error:
            self._because = error.because
        except EndedError:
            pass
        finally:
            self._took = time.monotonic() - self._began

    def outcome(self) -> Outcome:
        """How it came out so far."""
        because, pages = self._because, tuple(self._pages)
        if self._denied and not pages:
            return Outcome(word="not-granted", contents=_NOTHING, because=because)
        if because is not None and not any(page.resources for page in pages):
            return Outcome(word="failed", contents=_NOTHING, because=because)
        contents = joined(pages, complete=because is None)
        if contents.state == "failed":
            because = "its answer is none that could be read"
        return Outcome(
            word="fetched" if contents.state == "supplied" else contents.state,
            contents=contents,
            because=because,
            unsupported=self._unsupported,
        )

    def _follow(self) -> None:
        server, kind = self._server, self._kind
        limits = server.limits
        at = f"{server.base.url}/{kind}"
        if self._supplied is None:
            page = self._read(self._first())
            self._pages.append(page)
        else:
            page = self._supplied
        seen: set[str] = set()
        found = len(page.resources)
        while page.next_page is not None:
            url = server.base.within(page.next_page, at=at) if page.next_page else None
            if url is None:
                raise AskError("its next page is not below `fhirServer`")
            if url in seen:
                raise AskError("its pages lead in a circle")
            if len(seen) >= limits.pages or found >= limits.resources:
                raise AskError("it has more pages than are read")
            seen.add(url)
            page = self._read(self._ask(url))
            if page.state == "failed":
                raise AskError("one of its pages could not be read")
            self._pages.append(page)
            found += len(page.resources)

    def _first(self) -> Reply:
        base = self._server.base.url
        if not self._search:
            return self._ask(f"{base}/{self._path}")
        query = self._query
        url = f"{base}/{self._path}"
        if len(url) > self._server.limits.url:
            reply = self._ask(f"{base}/{self._kind}/_search", form=query)
            if reply.status not in _NO_POST:
                return reply
        return self._ask(url)

    def _ask(self, url: str, form: str | None = None) -> Reply:
        server = self._server
        for left in reversed(range(_TRIES)):
            try:
                reply = server.ask(url, form=form)
            except AskError as error:
                if not (error.again and left):
                    raise
                continue
            wait = _seconds(reply.retry_after) if reply.status in _BUSY and left else None
            if wait is None or wait >= server.flight.left():
                break
            server.flight.pause(wait)
        return reply

    def _read(self, reply: Reply) -> Contents:
        if not is_spoken(reply.version):
            self.version = reply.version
            raise AskError("it speaks another version of FHIR")
        if reply.status != HTTPStatus.OK:
            return self._refusal(reply)
        wanted = "Bundle" if self._search else self._kind.partition("/")[0]
        try:
            kind = _answer_decoder.decode(reply.body).resource_type
        except _BROKEN:
            raise AskError("its answer is not FHIR in JSON") from None
        if kind == "OperationOutcome":
            if self._is_unsupported(reply):
                return self._absent()
            raise AskError("it answered with an error")
        if kind != wanted:
            raise AskError("its answer is of another type than was asked for")
        return open_answer(reply.body)

    def _refusal(self, reply: Reply) -> Contents:
        if reply.status in _UNSUPPORTED and self._is_unsupported(reply):
            return self._absent()
        self._denied = reply.status == HTTPStatus.FORBIDDEN
        raise AskError(f"it answered {reply.status}")

    def _is_unsupported(self, reply: Reply) -> bool:
        """Whether the server has no such resource type. What it says of itself counts before its status."""
        if self._pages or not self._search:
            # It had the type a page ago; and a resource that is not there is another matter.
            return False
        kinds = self._server.statement.within(self._server.flight.left()).kinds
        if kinds is not None:
            return self._kind not in kinds
        return self._says_unsupported(reply)

    @staticmethod
    def _says_unsupported(reply: Reply) -> bool:
        """Whether it is a FHIR server's word for: no such type. A page of a gateway is no such word."""
        try:
            issues = _refusal_decoder.decode(reply.body).issue
        except _BROKEN:
            return False
        # A search that finds nothing is answered with 200, never with 404.
        return reply.status == HTTPStatus.NOT_FOUND or (
            bool(issues) and all(each.code == "not-supported" for each in issues)
        )

    def _absent(self) -> Contents:
        self._unsupported = True
        return Contents(state="empty")


def _seconds(retry_after: str | None) -> float | None:
    """The seconds that Retry-After asks to wait, from its number or its date."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal() and retry_after.isascii():
        return float(retry_after[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
