"""Evaluate other people's charts and write docs/real-charts.md: `python scripts/real_charts.py DIR`.

DIR holds folders of charts, as `folders` below names them, and a manifest.tsv that says where each file comes
from. Each patient goes through the HTTP interface, with every prefetch key answered as `cdshooks request` does,
as of the end of the record and, for the folders with long records, of two earlier years. A file without a
Patient is given one under the id it refers to: a woman of 70. Each call is made once more with the keys
answered by everything of their type, as a server does that ignores `code`, to see whether anything is misread.
"""

import csv
import datetime
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from cdshooks.app import create_app
from cdshooks.guideline.words import number
from cdshooks.replay.calls import Send, within
from cdshooks.replay.from_bundle import request_for
from cdshooks.replay.material import Entry, MaterialError, load
from cdshooks.services.patient_view import PATIENT_VIEW_SERVICE
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing
from cdshooks.wire.response import EVALUATION
from fhir_mappings.value_sets import Terminology
from fhir_mappings.value_sets import load as load_terminology
from scripts.pages.tables import table

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "real-charts.md"
MADE = "<!-- Written by scripts/real_charts.py. Do not edit: it writes the whole page anew. -->\n"

END = "end of the record"
YEARS_BEFORE = (2, 5)
WITHOUT_DATES = datetime.date(2026, 1, 15)
"""The day for a chart in which there is no date at all."""
AGE_GIVEN = 70

FOLDERS: Mapping[str, str] = {
    "synthea_r4": "Synthea, R4: whole records of invented people",
    "ecqm_cms249": "CMS249: appropriate DXA scans in women under 65",
    "ecqm_cms645": "CMS645: bone density and androgen deprivation",
    "ecqm_cms56_promis_tscore": "CMS56: T-scores of questionnaires (PROMIS, VR-12)",
    "official/uscore": "US Core examples",
    "official/qicore": "QI-Core examples",
    "official/mcode": "mCODE examples",
    "official/ips": "IPS examples",
    "official/r4": "FHIR R4 core examples",
    "messy": "Messy on purpose or by accident",
    "versions/dstu2": "DSTU2, which this service does not speak",
    "versions/stu3": "STU3, which this service does not speak",
    "versions/r5": "R5, which this service does not speak",
}
_LONG = frozenset({"synthea_r4"})
_DATED = re.compile(
    r'"(?:effectiveDateTime|performedDateTime|authoredOn|dateAsserted|dateWritten|recordedDate|assertedDate'
    r'|dateRecorded|onsetDateTime|issued|whenHandedOver|start|end|date|performedDate)": ?"(\d{4}-\d\d-\d\d)'
)
_CODES = re.compile(r"&(?:code|_count)=[^&]*")
_NOT_OF_THE_RECORD = frozenset({"MeasureReport", "Claim", "ExplanationOfBenefit", "CarePlan", "Bundle"})


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One call and its answer; `careful` and `more` tell what becomes of it when all of a type is sent.

    `more` is whether it asks for more then, and `careful` whether it says less for sure.
    """

    folder: str
    chart: str
    when: str
    as_of: datetime.date
    status: int
    status_of_all: int
    disposition: str = ""
    lowest: str = ""
    cards: tuple[tuple[str, str], ...] = ()
    findings: tuple[tuple[str, str], ...] = ()
    issues: tuple[tuple[str, str], ...] = ()
    details: tuple[str, ...] = ()
    more: bool = False
    careful: bool = False


class _Resource(msgspec.Struct, frozen=True, rename="camel"):
    resource_type: Any = None
    id: Any = None
    subject: Any = None
    patient: Any = None
    deceased_date_time: Any = None


_resource = msgspec.json.Decoder(_Resource)
_EVERYTHING = msgspec.structs.replace(
    PATIENT_VIEW_SERVICE,
    prefetch=lambda terminology: {
        key: _CODES.sub("", template) for key, template in PATIENT_VIEW_SERVICE.prefetch(terminology).items()
    },
)


def evaluate(root: Path) -> Iterator[Row]:
    """The answer to each chart below `root`, folder by folder, in the order of the names."""
    send = within(create_app(Settings(dev=True), kept=keep_nothing()))
    terminology = load_terminology()
    for folder in FOLDERS:
        for path in sorted(each for each in (root / folder).glob("*") if each.is_file()):
            try:
                entries = load(str(path))
            except MaterialError as error:
                print(f"{path.relative_to(root)}: {error}", file=sys.stderr)
                continue
            yield from _answers(folder, path.name.split(".")[0], entries, send, terminology)


def _answers(
    folder: str, name: str, entries: tuple[Entry, ...], send: Send, terminology: Terminology
) -> Iterator[Row]:
    found = [_decoded(entry) for entry in entries]
    ids = list(dict.fromkeys(each.id for each in found if each.resource_type == "Patient" and each.id))
    end = _end(entries, found)
    if not ids:
        ids = sorted({_subject(each) for each in found} - {""}) or ["somebody"]
        entries = (*entries, *(_woman(each, end) for each in ids))
    days = {END: end}
    if folder in _LONG:
        days |= {f"{years} years before": _before(end, years) for years in YEARS_BEFORE}
    for patient in ids:
        chart = name if len(ids) == 1 else f"{name} {patient}"
        for when, as_of in days.items():
            yield _answer(
                Row(folder=folder, chart=chart, when=when, as_of=as_of, status=0, status_of_all=0),
                entries,
                patient,
                send,
                terminology,
            )


def _answer(row: Row, entries: tuple[Entry, ...], patient: str, send: Send, terminology: Terminology) -> Row:
    answers = [
        send(
            PATIENT_VIEW_SERVICE.id,
            request_for(entries, service=service, terminology=terminology, patient=patient, as_of=row.as_of),
        )
        for service in (PATIENT_VIEW_SERVICE, _EVERYTHING)
    ]
    asked, everything = answers
    row = msgspec.structs.replace(row, status=asked.status, status_of_all=everything.status)
    if asked.status != 200:  # noqa: PLR2004 - HTTP
        return msgspec.structs.replace(row, details=(bytes(asked.body).decode(),))
    body: Any = asked.content
    told = body["extension"][EVALUATION]
    return msgspec.structs.replace(
        row,
        disposition=told["disposition"],
        lowest=next(
            (f"{each['value']}" for each in told.get("inputs", ()) if each["name"] == "t-score.lowest"), ""
        ),
        cards=tuple((card["source"]["topic"]["code"], card["summary"]) for card in body["cards"]),
        findings=tuple((each["topic"], each["shown"]) for each in told.get("findings", ())),
        issues=tuple((each["issue"], each["because"]) for each in told.get("dataQuality", ())),
        details=tuple(card["detail"] for card in body["cards"]),
        more=_is_more(body, everything.content),
        careful=_decided(body) != _decided(everything.content),
    )


_Decided = tuple[str | None, dict[str, str], set[str]]
_UNSURE = frozenset({"block-not-checked", "caution-not-known"})


def _decided(body: Any) -> _Decided:  # noqa: ANN401 - JSON
    """What must not depend on how much is sent: disposition, criteria and what is suggested."""
    told = body.get("extension", {}).get(EVALUATION, {})
    return (
        told.get("disposition"),
        {each["id"]: each["met"] for each in told.get("criteria", ())},
        {each["label"] for card in body.get("cards", ()) for each in card.get("suggestions", ())},
    )


def _is_more(asked: Any, everything: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether something was read that should not have been: a resource of another version only takes away."""
    disposition, criteria, labels = _decided(asked)
    other, others, further = _decided(everything)
    if other is None:
        return False
    changed = {name for name, met in others.items() if met not in {criteria.get(name), "unknown"}}
    return other != disposition or bool(changed - _UNSURE) or not further <= labels


def _decoded(entry: Entry) -> _Resource:
    try:
        return _resource.decode(entry.resource)
    except msgspec.DecodeError:
        return _Resource()


def _subject(resource: _Resource) -> str:
    whose = resource.patient if resource.subject is None else resource.subject
    reference = whose.get("reference") if isinstance(whose, dict) else None
    return reference.rsplit("/", 1)[-1] if isinstance(reference, str) and "Patient/" in reference else ""


def _end(entries: Iterable[Entry], found: Iterable[_Resource]) -> datetime.date:
    """The last day of the record, or the day before death."""
    pairs = list(zip(entries, found, strict=True))
    for _, resource in pairs:
        if resource.resource_type == "Patient" and isinstance(resource.deceased_date_time, str):
            died = datetime.date.fromisoformat(resource.deceased_date_time[:10])
            return died - datetime.timedelta(days=1)
    days = [
        day
        for entry, resource in pairs
        if resource.resource_type not in _NOT_OF_THE_RECORD
        for day in _DATED.findall(bytes(entry.resource).decode())
        if day < "2027"
    ]
    return datetime.date.fromisoformat(max(days)) if days else WITHOUT_DATES


def _before(day: datetime.date, years: int) -> datetime.date:
    return day - datetime.timedelta(days=365 * years)


def _woman(patient: str, as_of: datetime.date) -> Entry:
    born = f"{as_of.year - AGE_GIVEN}-01-01"
    resource = {"resourceType": "Patient", "id": patient, "gender": "female", "birthDate": born}
    return Entry(resource=msgspec.Raw(msgspec.json.encode(resource)))


# The page.

_MOST_ISSUES = 3
_NAME = 44


def render(rows: list[Row], sources: Iterable[tuple[str, ...]]) -> str:
    """The whole page, of what was answered and of the lines of the manifest."""
    return "\n".join((*_introduction(rows), *_sources(sources), *_tables(rows), *_charts(rows)))


def _introduction(rows: list[Row]) -> Iterator[str]:
    charts = len({(row.folder, row.chart) for row in rows})
    statuses = Counter(status for row in rows for status in (row.status, row.status_of_all))
    counted = ", ".join(f"{times:,} times {status}" for status, times in sorted(statuses.items()))
    more = sum(row.more for row in rows)
    careful = sum(row.careful and not row.more for row in rows)
    yield (
        f"# Real charts\n\n{MADE}\n"
        "What `bone-health-patient-view` answers to charts that other people made: whole records, test cases "
        "of quality measures, examples of FHIR specifications, messy material, and other versions of FHIR. "
        "Nobody in them is a patient of anybody here. It is not a test of what is right for them: the charts "
        "come without answers. It shows what is read, what is not used and why, and that nothing fails.\n"
    )
    yield (
        f"{charts} charts, {len(rows)} calls, each made twice: once with the prefetch keys answered as a FHIR "
        "server answers them, and once with everything of their type, whatever its code, as a careless server "
        f"does. The statuses were {counted}. 422 is said where the id of the Patient is none that FHIR allows, "
        "and 412 where bone densities are written as another version of FHIR has them: these are never data.\n"
    )
    yield (
        f"What the careless server sends beside was misread in {more} answers. {careful} became more careful "
        "by it, because resources of another version of FHIR came along; they are marked with an asterisk.\n"
    )
    yield (
        "## Make it again\n\n```text\npython scripts/real_charts.py DIR\n```\n\n`DIR` holds the folders "
        "named below, and a `manifest.tsv` with the source of each file; its columns are `file`, "
        "`source_repo`, `commit_or_package` and `license` among others. The material itself is not part of "
        "this repository. Each chart is evaluated as of the last day in the record, the day before death for "
        f"those who died, and Synthea's records also {' and '.join(map(str, YEARS_BEFORE))} years before; what "
        "is dated later is then in the future and not used. A single resource without a Patient is given one: "
        f"a woman of {AGE_GIVEN}, so that most of these answer with a bone density test for her age.\n"
    )


def _sources(sources: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "## Sources and licences\n\n" + table(
        ("Folder", "Source", "Commit or package", "Licence", "Files"), sources
    )


def _tables(rows: list[Row]) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.folder, row.when), []).append(row)
    yield "## Dispositions\n\n" + _counts(
        groups, lambda row: [row.disposition or f"HTTP {row.status}"], "number of charts"
    )
    yield "## Findings\n\n" + _counts(
        groups, lambda row: [topic for topic, _ in row.findings], "charts with the finding, shown or not"
    )
    yield "## Data quality\n\n" + _counts(
        groups, lambda row: sorted({issue for issue, _ in row.issues}), "charts with the issue"
    )


def _counts(groups: Mapping[tuple[str, str], list[Row]], named: Callable[[Row], list[str]], what: str) -> str:
    lines = []
    for (folder, when), rows in groups.items():
        counted = Counter(name for row in rows for name in named(row))
        told = ", ".join(f"`{name}` {times}" for name, times in counted.most_common()) or "none"
        lines.append((FOLDERS[folder], when, str(len(rows)), told))
    return table(("Material", "As of", "Charts", what[0].upper() + what[1:]), lines)


def _charts(rows: list[Row]) -> Iterator[str]:
    yield (
        "## Chart by chart\n\nThe disposition, the lowest T-score that was used, and what was shown as a card. "
        "A number in brackets says how often an issue was noted; those that are only dated after the day of "
        "the call are left out. A DXA that is dated after that day is asked to be corrected or repeated.\n"
    )
    for folder, title in FOLDERS.items():
        own: dict[str, list[Row]] = {}
        for row in rows:
            if row.folder == folder:
                own.setdefault(row.chart, []).append(row)
        if not own:
            continue
        days = [row.when for row in next(iter(own.values()))]
        lines = [
            (_shortened(chart), *(_told(row) for row in found), _noted(found)) for chart, found in own.items()
        ]
        yield f"### {title}\n\n" + table(
            ("Chart", *(day[0].upper() + day[1:] for day in days), "Data quality at the end"), lines
        )


def _told(row: Row) -> str:
    if not row.disposition:
        return f"{row.as_of}: HTTP {row.status}"
    shown = f" ({', '.join(topic for topic, _ in row.cards)})" if row.cards else ""
    lowest = f", T {number(Decimal(row.lowest))}" if row.lowest else ""
    return f"{row.as_of}: {row.disposition}{lowest}{shown}{' *' if row.careful else ''}"


def _noted(rows: list[Row]) -> str:
    counted = Counter(issue for row in rows[:1] for issue in row.issues if issue[0] != "future-date")
    told = [
        f"{issue}: {because}" + (f" ({times})" if times > 1 else "")
        for (issue, because), times in counted.most_common(_MOST_ISSUES)
    ]
    more = len(counted) - len(told)
    return "; ".join(told) + (f"; {more} more" if more else "")


def _shortened(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def sources_of(root: Path) -> list[tuple[str, ...]]:
    """Where the files of each folder come from, counted, as the manifest says."""
    with (root / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file, delimiter="\t"))
    counted = Counter(
        (folder, line["source_repo"], line["commit_or_package"], line["license"])
        for line in lines
        for folder in FOLDERS
        if line["file"].startswith(f"{folder}/")
    )
    order = list(FOLDERS)
    return [
        (f"`{folder}`", *rest, str(files))
        for (folder, *rest), files in sorted(
            counted.items(), key=lambda each: (order.index(each[0][0]), each[0])
        )
    ]


def main() -> None:
    """Evaluate the charts of the folder that is named, and write the page."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the name and one argument
        sys.exit("usage: python scripts/real_charts.py DIR")
    root = Path(sys.argv[1])
    rows = list(evaluate(root))
    PAGE.write_text(render(rows, sources_of(root)), encoding="utf-8")
    failed = [row for row in rows if max(row.status, row.status_of_all) >= 500]  # noqa: PLR2004 - HTTP
    print(f"wrote {PAGE.relative_to(ROOT)}: {len(rows)} calls, {len(failed)} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
