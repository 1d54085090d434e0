"""An answer of a service as people read it: cards, what was decided, what was missing; or what is wrong."""

import http
import re
import textwrap
from collections.abc import Iterator

import msgspec

from cdshooks.cards.markdown import plain
from cdshooks.replay.cases import Answer
from cdshooks.wire.response import EVALUATION

_RULER = re.compile(r"\|( *:?-+:? *\|)+")
_BAR = re.compile(r"(?<!\\)\|")
_INDENT = "  "
_LABEL = 13
_NOT_HAD = ("omitted", "failed", "not-granted", "truncated")

_Line = tuple[str, str]
"""What stands before the words of a line, and the words; where they are broken, they go on below themselves."""
_EMPTY: _Line = ("", "")


class _Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of an answer. The service may be another, or another version: members may be missing."""


class _Action(_Part, frozen=True, kw_only=True):
    description: str = ""


class _Suggestion(_Part, frozen=True, kw_only=True):
    label: str = ""
    is_recommended: bool = False
    actions: tuple[_Action, ...] = ()


class _Link(_Part, frozen=True, kw_only=True):
    label: str = ""
    url: str = ""


class _Card(_Part, frozen=True, kw_only=True):
    summary: str
    indicator: str
    detail: str = ""
    suggestions: tuple[_Suggestion, ...] = ()
    links: tuple[_Link, ...] = ()


class _Silence(_Part, frozen=True, kw_only=True):
    answer: str
    until: str
    suggestion: str | None = None


class _Finding(_Part, frozen=True, kw_only=True):
    topic: str
    silenced_by: tuple[_Silence, ...] = ()


class _DataQuality(_Part, frozen=True, kw_only=True):
    issue: str
    because: str
    reference: str | None = None


class _Evaluation(_Part, frozen=True, kw_only=True):
    disposition: str
    as_of: str
    findings: tuple[_Finding, ...] = ()
    missing: tuple[str, ...] = ()
    data_quality: tuple[_DataQuality, ...] = ()
    prefetch: dict[str, str] = {}


class _Extension(msgspec.Struct, frozen=True, kw_only=True):
    evaluation: _Evaluation | None = msgspec.field(default=None, name=EVALUATION)


class _Cards(_Part, frozen=True, kw_only=True):
    cards: tuple[_Card, ...]
    extension: _Extension = _Extension()


class _Text(_Part, frozen=True, kw_only=True):
    text: str = ""


class _Issue(_Part, frozen=True, kw_only=True):
    severity: str
    code: str
    details: _Text = _Text()
    diagnostics: str | None = None
    expression: tuple[str, ...] = ()


class _Outcome(_Part, frozen=True, kw_only=True):
    issue: tuple[_Issue, ...]


def told(answer: Answer, *, width: int, brief: bool = False) -> str:
    """The answer in lines of at most `width` characters, as far as words allow; `brief` leaves details out.

    Whatever a terminal would obey instead of showing is replaced: a name in a chart may hold anything.
    """
    try:
        if answer.status == http.HTTPStatus.OK:
            lines = list(_cards(msgspec.json.decode(answer.body, type=_Cards), brief=brief))
        else:
            lines = list(_outcome(answer.status, msgspec.json.decode(answer.body, type=_Outcome)))
    except msgspec.ValidationError:
        text = "The body is neither cards nor an OperationOutcome."
        lines = [("", _status(answer.status)), _EMPTY, (_INDENT, text)]
    return "".join(f"{line}\n" for lead, text in lines for line in _broken(lead, _printable(text), width))


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else "�" for each in text)


def _broken(lead: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def _cards(answer: _Cards, *, brief: bool) -> Iterator[_Line]:
    for card in answer.cards:
        yield f"{_printable(card.indicator)}  ", card.summary
        yield _EMPTY
        if card.detail and not brief:
            yield from _detail(card.detail)
            yield _EMPTY
        for suggestion in card.suggestions:
            yield f"{_INDENT}- ", f"{suggestion.label}{' (recommended)' if suggestion.is_recommended else ''}"
            if not brief:
                yield from ((f"{_INDENT}  ", each.description) for each in suggestion.actions)
        if card.suggestions:
            yield _EMPTY
        if card.links and not brief:
            yield from ((_INDENT, f"{link.label}: {link.url}") for link in card.links)
            yield _EMPTY
    if not answer.cards:
        yield "", "no cards"
        yield _EMPTY
    if answer.extension.evaluation is not None:
        yield from _evaluation(answer.extension.evaluation)


def _evaluation(evaluation: _Evaluation) -> Iterator[_Line]:
    yield _labelled("disposition", evaluation.disposition)
    yield _labelled("as of", evaluation.as_of)
    if evaluation.missing:
        yield _labelled("missing", ", ".join(evaluation.missing))
    for state in _NOT_HAD:
        keys = [key for key, word in evaluation.prefetch.items() if word == state]
        if keys:
            yield _labelled(state, ", ".join(keys))
    for finding in evaluation.findings:
        for silence in finding.silenced_by:
            what = finding.topic + (f" {silence.suggestion}" if silence.suggestion else "")
            yield _labelled("silenced", f"{what}: {silence.answer}, until {silence.until}")
    for each in evaluation.data_quality:
        where = f"{each.reference}: " if each.reference else ""
        yield _labelled("data", f"{where}{each.because} ({each.issue})")


def _labelled(label: str, text: str) -> _Line:
    return f"{label:<{_LABEL}}", text


def _outcome(status: int, outcome: _Outcome) -> Iterator[_Line]:
    yield "", _status(status)
    for issue in outcome.issue:
        yield _EMPTY
        yield f"{_INDENT}{_printable(issue.severity)}  ", issue.details.text or issue.code
        if issue.diagnostics:
            yield f"{_INDENT}{' ' * len(issue.severity)}  ", issue.diagnostics


def _status(status: int) -> str:
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _detail(markdown: str) -> Iterator[_Line]:
    """A card's text without its marks, tables as columns."""
    table: list[list[str]] = []
    for line in markdown.splitlines():
        if line.startswith("|"):
            if not _RULER.fullmatch(line.strip()):
                table.append([plain(cell.strip()) for cell in _BAR.split(line.strip().strip("|"))])
            continue
        yield from _columns(table)
        table = []
        item = line.startswith("- ")
        yield f"{_INDENT}{'- ' if item else ''}", plain(line.removeprefix("- "))
    yield from _columns(table)


def _columns(rows: list[list[str]]) -> Iterator[_Line]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=False)]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False))
        yield _INDENT, "  ".join(cells).rstrip()
