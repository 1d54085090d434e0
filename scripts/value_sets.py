"""Render the terminology as FHIR: `python scripts/value_sets.py` rewrites what comes from terminology/.

Written are one ValueSet per concept, the code systems' aliases, the National Drug Codes, the name patterns and
the `Concept` enum.
Nothing else may write these files; a test compares them with what `render` returns.
"""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parent.parent
BASE = "urn:bone-health-cds:"
VALUE_SETS = "fhir_mappings/value_sets"
CONCEPTS = "fhir_mappings/concepts.py"
LINE_LENGTH = 110

ATC = "http://www.whocc.no/atc"
CDT = "http://www.ada.org/cdt"
CPT = "http://www.ama-assn.org/go/cpt"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"

# Descriptors of these may not be passed on without a licence: only their codes are written.
WITHOUT_DESCRIPTORS = frozenset({CPT, CDT})

# HL7's object identifiers, as charts converted from CDA carry them; the source names those of the others. The
# German edition of ATC has the international codes, and more below them.
MORE_ALIASES = {
    ATC: ("urn:oid:2.16.840.1.113883.6.73", "http://fhir.de/CodeSystem/bfarm/atc"),
    CPT: ("urn:oid:2.16.840.1.113883.6.12",),
    LOINC: ("urn:oid:2.16.840.1.113883.6.1",),
    RXNORM: ("urn:oid:2.16.840.1.113883.6.88",),
    SNOMED: ("urn:oid:2.16.840.1.113883.6.96",),
}

COPYRIGHTS = {
    ATC: "ATC codes: WHO Collaborating Centre for Drug Statistics Methodology.",
    CDT: "CDT codes: American Dental Association; descriptors are not included.",
    CPT: "CPT codes: American Medical Association; descriptors are not included.",
    LOINC: "LOINC: Regenstrief Institute, Inc. and the LOINC Committee; free of charge under its licence.",
    RXNORM: "RxNorm: courtesy of the U.S. National Library of Medicine.",
    SNOMED: "SNOMED CT: SNOMED International; use may need a licence where you are.",
}

# What the source says of a code only in prose, or of its neighbour. Each makes the code count for less, never
# for more: (concept, code) -> (evidence, why).
READ_FROM_PROSE = {
    ("smoking_current", "77176002"): ("confirm", "used where the current status is not known"),
    ("smoking_not_current", "266927001"): ("unknown", "unknown if ever smoked is not a no"),
    ("smoking_not_current", "LA18980-5"): ("unknown", "unknown if ever smoked is not a no"),
    ("menopause", "307429007"): ("supportive-only", "sources disagree: after menopause, or perimenopausal"),
    ("alcohol_disorder", "160592001"): ("supportive-only", "an intake, not a disorder"),
    ("achalasia", "48531003"): ("proxy", "the site is not stated: a question"),
    ("fracture_distal_forearm", "65966004"): ("proxy", "fracture of forearm: distal is not stated"),
    ("low_energy_fall", "Z91.81"): ("supportive-only", "a history of falls is no mechanism of a fracture"),
    ("dxa_study", "43562-8"): ("proxy", "nuclear medicine, not central DXA"),
    ("dxa_study", "43563-6"): ("proxy", "nuclear medicine, not central DXA"),
    ("dxa_study", "83013-3"): ("proxy", "peripheral, not central DXA"),
}

# Everything below these ATC groups is meant, which the source lists as codes.
ATC_GROUPS = {
    "bisphosphonate_allergy": ("M05BA", "M05BB"),
    "contraceptive_drug": ("G03AA", "G03AB", "G03AC", "G02BB"),
    "contraceptive_device": ("G02BA",),
}

# The source states remission for some codes only; the others say it in their display.
REMISSION = "in remission"

# Extensions with a value out of a fixed list.
CODED = frozenset(
    {"confidence", "display-scope", "evidence", "matching-role", "side", "site", "source-quality", "temporal"}
)

# Members of a code that are not extensions of it.
FHIR_MEMBERS = frozenset({"system", "code", "display", "attributes"})

ICD10_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Json = dict[str, Any]


class Source(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """A record of the source. A member nobody made a place for stops the run: nothing is lost unseen."""


class Code(Source):
    """One code of a concept, as collected."""

    system: str
    code: str
    provenance: str
    source_quality: str
    confidence: str
    display: str | None = None
    display_as_seen: str | None = None
    display_scope: str | None = None
    prescribable_index: bool | None = None
    ndc_count: int | None = None
    tty: str | None = None
    attributes: dict[str, Any] = {}
    ingredient2: str | None = None
    evidence: str | None = msgspec.field(default=None, name="strength")
    site: str | None = None
    side: str | None = None
    temporal: str | None = None
    meaning: str | None = None
    note: str | None = None


class Prefix(Source):
    """What is known of an ICD-10-CM prefix."""

    prefix: str
    display: str
    provenance: str
    confidence: str


class Range(Source):
    """ICD-10-CM categories from `first` to `last`, both included."""

    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    meaning: str
    categories: int
    provenance: str
    note: str | None = None


class Collected(Source):
    """One concept of terminology.json."""

    description: str
    codes: list[Code]
    also_accept: list[Code] = []
    prefixes: list[str] = msgspec.field(default_factory=list, name="icd10Prefixes")
    prefix_details: list[Prefix] = msgspec.field(default_factory=list, name="icd10PrefixDetails")
    excluded_prefixes: list[str] = msgspec.field(default_factory=list, name="icd10Exclude")
    ranges: list[Range] = msgspec.field(default_factory=list, name="icd10Ranges")
    exclude: list[str] = []
    notes: str | None = None
    traps: list[str] = []
    units: list[str] = []
    value_set: str | None = None
    matching_role: str | None = None


class Meta(msgspec.Struct, rename="camel"):
    """What terminology.json says of itself, as far as it is needed here."""

    systems: dict[str, str]
    system_aliases: dict[str, list[str]]


class Terminology(msgspec.Struct):
    """terminology.json."""

    meta: Meta
    concepts: dict[str, Collected]


class DrugCodes(msgspec.Struct):
    """ndc.json: the products of each RxCUI."""

    products: dict[str, list[str]]


class NamePattern(Source):
    """One entry of name_patterns.json."""

    generic: list[str]
    brand_us: list[str] = msgspec.field(name="brandUS")
    brand_international: list[str]
    exclude_words: list[str]
    regex: str = msgspec.field(name="regexIgnoreCase")
    use: str
    fragments: list[str] | None = None


class NamePatterns(msgspec.Struct):
    """name_patterns.json."""

    patterns: dict[str, NamePattern]


def render(source: Path) -> dict[str, str]:
    """Every generated file: its path below the repository's root, and its exact text.

    Args:
        source: the folder with terminology.json, ndc.json, name_patterns.json and own_name_patterns.json.

    Raises:
        msgspec.ValidationError: where the source has a member that this script does not know.
        ValueError: where a National Drug Code is of a product that no concept has.
    """
    terminology = msgspec.json.decode((source / "terminology.json").read_bytes(), type=Terminology)
    names = NamePatterns({})
    # The second is ours, and goes before the first where both know a concept.
    for file in ("name_patterns.json", "own_name_patterns.json"):
        names.patterns.update(msgspec.json.decode((source / file).read_bytes(), type=NamePatterns).patterns)
    known = {each.prefix: each for one in terminology.concepts.values() for each in one.prefix_details}
    value_sets = {
        key: value_set
        for key, collected in terminology.concepts.items()
        if (value_set := _value_set(key, collected, known)) is not None
    }
    files = {f"{VALUE_SETS}/{_id(key)}.json": _text(value_set) for key, value_set in value_sets.items()}
    files[f"{VALUE_SETS}/code-systems.json"] = _text(_code_systems(terminology.meta))
    drug_codes = msgspec.json.decode((source / "ndc.json").read_bytes(), type=DrugCodes)
    files[f"{VALUE_SETS}/national-drug-codes.json"] = _drug_codes(drug_codes, terminology)
    files[f"{VALUE_SETS}/name-patterns.json"] = _text(_name_patterns(names, value_sets))
    files[CONCEPTS] = _concepts({key: terminology.concepts[key].description for key in value_sets})
    return files


def _id(key: str) -> str:
    return re.sub(r"^([tz])score", r"\1-score", key).replace("_", "-")


def _text(content: Json | list[Json]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _value_set(key: str, collected: Collected, known: dict[str, Prefix]) -> Json | None:
    codes = [
        each
        for each in (*collected.codes, *collected.also_accept)
        if each.confidence != "from-memory" and not _is_excluded(each, collected)
    ]
    include = [*_codes(key, codes), *_filters(key, collected, codes, known)]
    if not include:
        return None
    identity = _id(key)
    compose: Json = {"include": include}
    if excluded := [*_excluded_codes(collected), *map(_prefix_filter, collected.excluded_prefixes)]:
        compose["exclude"] = excluded
    rights = sorted({COPYRIGHTS[each["system"]] for each in include if each["system"] in COPYRIGHTS})
    return {
        "resourceType": "ValueSet",
        "id": identity,
        **_extended(
            [
                *([_extension("note", collected.notes)] if collected.notes else []),
                *(_extension("trap", trap) for trap in collected.traps),
                *(_extension("unit", unit) for unit in collected.units),
                *([_extension("value-set-seen", collected.value_set)] if collected.value_set else []),
                *([_extension("matching-role", collected.matching_role)] if collected.matching_role else []),
            ]
        ),
        "url": f"{BASE}value-set:{identity}",
        "name": "".join(part[:1].upper() + part[1:] for part in identity.split("-")),
        "title": identity.replace("-", " ").replace("t score", "T-score").replace("z score", "Z-score"),
        "status": "active",
        "experimental": False,
        "publisher": "The Bone Health CDS authors",
        "description": collected.description,
        **({"copyright": " ".join(rights)} if rights else {}),
        "compose": compose,
    }


def _is_excluded(code: Code, collected: Collected) -> bool:
    return code.system == ICD10CM and code.code.startswith(tuple(collected.excluded_prefixes))


def _codes(key: str, codes: Iterable[Code]) -> list[Json]:
    """One include per system, systems and codes in the order of the source."""
    by_system: dict[str, list[Json]] = {}
    for code in codes:
        by_system.setdefault(code.system, []).append(_concept(key, code))
    return [{"system": system, "concept": concepts} for system, concepts in by_system.items()]


def _concept(key: str, code: Code) -> Json:
    extensions = list(_code_extensions(key, code))
    shown = {} if code.display is None or code.system in WITHOUT_DESCRIPTORS else {"display": code.display}
    return {**_extended(extensions), "code": code.code, **shown}


def _code_extensions(key: str, code: Code) -> Iterator[Json]:
    """Everything the source says of a code beside its display, in the order of `Code`."""
    evidence, why = READ_FROM_PROSE.get((key, code.code), (code.evidence, None))
    temporal = code.temporal or ("remission" if REMISSION in (code.display or "").lower() else None)
    stated = msgspec.structs.replace(code, evidence=evidence, temporal=temporal, note=why or code.note)
    if code.system in WITHOUT_DESCRIPTORS:
        stated.display_as_seen = None
    for member, value in msgspec.structs.asdict(stated).items():
        if member not in FHIR_MEMBERS and value is not None:
            yield from _stated(member.replace("_", "-"), value)
    for member, value in code.attributes.items():
        name = _kebab(member)
        if name == "components":
            for component in value:
                parts = [_extension(_kebab(part), found) for part, found in component.items()]
                yield {"extension": parts, "url": BASE + "component"}
        else:
            yield from _stated(name, value)


def _stated(name: str, value: object) -> Iterator[Json]:
    """One extension, or two where a coded value has a remark in brackets: "radius (33 % only if stated)"."""
    if name in CODED and isinstance(value, str) and (remark := re.fullmatch(r"(\S+) \((.+)\)", value)):
        yield _extension(name, remark[1])
        yield _extension("note", remark[2])
    else:
        yield _extension(name, value)


def _extension(name: str, value: object) -> Json:
    match value:
        case bool():
            typed: Json = {"valueBoolean": value}
        case int():
            typed = {"valueInteger": value}
        case float():
            # 70, not 70.0: a dose is shown as its source printed it.
            typed = {"valueDecimal": int(value) if value.is_integer() else value}
        case _:
            typed = {"valueCode" if name in CODED else "valueString": value}
    return {"url": BASE + name, **typed}


def _extended(extensions: list[Json]) -> Json:
    return {"extension": extensions} if extensions else {}


def _kebab(camel: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", camel).lower()


def _filters(key: str, collected: Collected, codes: list[Code], known: dict[str, Prefix]) -> Iterator[Json]:
    """One include per prefix, so that each carries its own provenance."""
    own = {each.code: each for each in codes}
    for prefix in collected.prefixes:
        bare = prefix.rstrip(".")
        seen = known.get(bare) or own[bare]
        about = [("provenance", seen.provenance), ("confidence", seen.confidence), ("display", seen.display)]
        yield _prefix_filter(prefix, [_extension(name, value) for name, value in about])
    for each in collected.ranges:
        about = [("provenance", each.provenance), ("confidence", "verified"), ("display", each.meaning)]
        if each.note:
            about.append(("note", each.note))
        for value in range_patterns(each.first, each.last):
            yield _filter(ICD10CM, value, [_extension(name, told) for name, told in about])
    for group in ATC_GROUPS.get(key, ()):
        seen = own[group]
        about = [("provenance", seen.provenance), ("confidence", seen.confidence), ("display", seen.display)]
        yield _filter(ATC, re.escape(group) + ".+", [_extension(name, value) for name, value in about])


def _prefix_filter(prefix: str, extensions: list[Json] | None = None) -> Json:
    return _filter(ICD10CM, re.escape(prefix) + ".*", extensions or [])


def _filter(system: str, pattern: str, extensions: list[Json]) -> Json:
    return {
        **_extended(extensions),
        "system": system,
        "filter": [{"property": "code", "op": "regex", "value": pattern}],
    }


def range_patterns(first: str, last: str) -> list[str]:
    """Expressions that together match every code of the ICD-10-CM categories from first to last.

    One per letter, and each begins with its letter: `range_patterns("X92", "Y09")` is
    `["X(9[2-9A-Z]|[A-Z][0-9A-Z]).*", "Y(0[0-9]).*"]`.
    """
    patterns = []
    for letter in ICD10_CHARACTERS[ICD10_CHARACTERS.index(first[0]) : ICD10_CHARACTERS.index(last[0]) + 1]:
        low = first[1:] if letter == first[0] else "00"
        high = last[1:] if letter == last[0] else "ZZ"
        if low[0] == high[0]:
            parts = [low[0] + _class(low[1], high[1])]
        else:
            between = _characters(low[0], high[0])[1:-1]
            parts = [
                low[0] + _class(low[1], "Z"),
                *([_class(between[0], between[-1]) + _class("0", "Z")] if between else []),
                high[0] + _class("0", high[1]),
            ]
        patterns.append(f"{letter}({'|'.join(parts)}).*")
    return patterns


def _characters(low: str, high: str) -> str:
    return ICD10_CHARACTERS[ICD10_CHARACTERS.index(low) : ICD10_CHARACTERS.index(high) + 1]


def _class(low: str, high: str) -> str:
    """A character class in ICD-10's order, digits before letters."""
    if low == high:
        return low
    found = _characters(low, high)
    digits = "".join(each for each in found if each.isdigit())
    letters = "".join(each for each in found if each.isalpha())
    return "[" + "".join(f"{run[0]}-{run[-1]}" if run[1:] else run for run in (digits, letters) if run) + "]"


def _excluded_codes(collected: Collected) -> list[Json]:
    """The SNOMED CT codes that the source's `exclude` remarks name; each keeps its remark as a note."""
    concepts = [
        {**_extended([_extension("note", remark)]), "code": code}
        for remark in collected.exclude
        for code in re.findall(r"\b\d{6,18}\b", remark)
    ]
    return [{"system": SNOMED, "concept": concepts}] if concepts else []


def _code_systems(meta: Meta) -> Json:
    return {
        system: [*meta.system_aliases.get(system, []), *MORE_ALIASES.get(system, ())]
        for system in meta.systems.values()
    }


def _drug_codes(drug_codes: DrugCodes, terminology: Terminology) -> str:
    """The RxCUIs of each product: labeler and product in nine digits."""
    known = {
        code.code
        for concept in terminology.concepts.values()
        for code in (*concept.codes, *concept.also_accept)
        if code.system == RXNORM
    }
    if unknown := drug_codes.products.keys() - known:
        raise ValueError(f"ndc.json: no concept has RxNorm {', '.join(sorted(unknown))}")
    products: dict[str, list[str]] = {}
    for rxcui, of_it in drug_codes.products.items():
        for product in of_it:
            products.setdefault(product.replace("-", ""), []).append(rxcui)
    lines = ",\n".join(f'  "{product}": {json.dumps(products[product])}' for product in sorted(products))
    return f"{{\n{lines}\n}}\n"


def _name_patterns(names: NamePatterns, value_sets: dict[str, Json]) -> list[Json]:
    return [
        {
            "concept": _id(key),
            "generic": each.generic,
            "brand": list(dict.fromkeys([*each.brand_us, *each.brand_international])),
            "regex": each.regex,
            "fragments": _fragments(each),
            "exclude": each.exclude_words,
        }
        for key, each in names.patterns.items()
        if key in value_sets
    ]


def _fragments(pattern: NamePattern) -> list[str]:
    """Pieces of which every text that the expression matches has one, so that it need not be tried elsewhere.

    Those that are not stated are taken from an expression that is no more than a list of names: the longest
    run of letters of each.
    """
    if pattern.fragments is not None:
        return pattern.fragments
    listed = re.fullmatch(r"\(\?<!\[a-z\]\)\(\?:([^()]+)\)\(\?!\[a-z\]\)", pattern.regex)
    if listed is None:
        raise ValueError(f"{pattern.regex!r} is no list of names, and has no fragments")
    names = listed[1].replace(r"[\s-]+", " ").split("|")
    return list(dict.fromkeys(max(re.findall(r"[a-z]+", name), key=len) for name in names))


def _concepts(descriptions: dict[str, str]) -> str:
    members = "".join(
        f'    {_id(key).upper().replace("-", "_")} = "{_id(key)}"\n    """{_short(description)}"""\n'
        for key, description in descriptions.items()
    )
    return (
        '"""What a code can stand for.\n\nGenerated by scripts/value_sets.py from terminology/.\n"""\n'
        "\n"
        "from enum import StrEnum\n"
        "\n"
        "\n"
        "class Concept(StrEnum):\n"
        '    """One member per value set; the value is the id of the ValueSet."""\n'
        "\n" + members
    )


def _short(description: str) -> str:
    text = description.replace('"', "'").strip()
    room = LINE_LENGTH - len('    """."""')
    return textwrap.shorten(text, width=room, placeholder=" …").rstrip(".") + (
        "" if len(text) > room else "."
    )


def main() -> None:
    """Write every generated file, and remove value sets that no concept stands behind any more."""
    files = render(ROOT / "terminology")
    for stale in sorted((ROOT / VALUE_SETS).glob("*.json")):
        if stale.relative_to(ROOT).as_posix() not in files:
            stale.unlink()
    for path, text in files.items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    print(f"{len(files)} files written")


if __name__ == "__main__":
    main()
