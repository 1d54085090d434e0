"""docs/guideline.md: the guideline as a document for clinicians, from the code that decides and its vignettes.

When, Then, thresholds, citations and evidence are those of the modules of `cdshooks.guideline`; outcomes are
what the service answers to the vignettes; look-backs and limits are the constants that charts are read by.
"""

import ast
import functools
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import TypeVar

from cdshooks import GUIDELINE_VERSION
from cdshooks.cards.card import MOST_SUGGESTIONS
from cdshooks.cards.overrides import EVERY_REASON, override_reasons
from cdshooks.cards.render import MOST_CARDS
from cdshooks.cards.sheet import Sheet
from cdshooks.cards.silence import ACCEPTED_DAYS, REASON_DAYS
from cdshooks.guideline.alternatives import ALWAYS, MATRIX, Option
from cdshooks.guideline.bars import BLOCKS, CAUTIONS
from cdshooks.guideline.decision import Bar, Disposition, Rule
from cdshooks.guideline.recommendations import CLASSES, CONSIDERATION, GATES, TREATMENT
from cdshooks.guideline.topics import Topic
from fhir_mappings.medicines.glucocorticoids import PREDNISONE_MG
from scripts.pages import MADE
from scripts.pages.guideline_words import EVIDENCE, INPUTS, OPEN, REFERENCES, RULES, STATEMENTS, spoken
from scripts.pages.tables import table
from scripts.pages.vignette_answers import Answered, answers
from scripts.pages.wire_words import CARDS, DISPOSITIONS, SUGGESTIONS
from scripts.pages.wire_words import INPUTS as NAMED

_ORDER = (GATES, TREATMENT[:1], None, TREATMENT[1:], CONSIDERATION, CLASSES)
"""As section 0 has it; None stands for the conflict, which is looked at after T1."""
_FURTHER = ("secondary_cause", "on_therapy", "risk_factors", "fractures", "height_loss")
"""Modules that set no disposition and that cards are written by."""
_OF_FINDING: Mapping[str, str] = {
    "secondary_cause": Topic.SECONDARY_CAUSE,
    "on_therapy": Topic.ON_TREATMENT,
}
_CONFLICT = Disposition.DATA_CONFLICT.value
_COMMON = "caution-not-known"
"""Met in many stories that are about something else."""
_MOST_EXAMPLES = 4
_NUMBER = re.compile(r"[−+]?\d[\d.,]*|\{date\}")


def render() -> str:
    """The whole page."""
    sections: dict[str, str] = {
        "How to read it": _how_to_read(),
        "Order of the decision": _order(),
        "Dispositions": _dispositions(),
        "Recommendations": "\n".join(_recommendations()),
        "Blocks and cautions": "\n".join(_bars()),
        "Further findings": "\n".join(_further()),
        "Alternatives to alendronate": _alternatives(),
        "Cards": "\n".join(_cards()),
        "Suggestions": _suggestions(),
        "Inputs": _inputs(),
        "Override reasons": _overrides(),
        "Against alert fatigue": _fatigue(),
        "The source, statement by statement": _statements(),
        "Open for sign-off": "".join(f"{number}. {each}\n" for number, each in enumerate(OPEN, start=1)),
    }
    contents = "".join(f"- [{title}](#{_anchor(title)})\n" for title in sections)
    body = "".join(f"\n## {title}\n\n{text}" for title, text in sections.items())
    return (
        f"# The guideline\n\n{MADE}\n"
        f"Version {GUIDELINE_VERSION}. What the service recommends when a chart is opened, for whom, on which "
        "evidence, and what it must never say. It is written for clinicians and for the committee that has to "
        "approve it, and it is made of the code that decides: a number on this page is the number that is "
        "compared. Checks of orders have a page of their own: [Order checks](reference-orders.md).\n\n"
        f"{contents}{body}"
    )


def _how_to_read() -> str:
    graded = "".join(f"- **{tag}**: {meaning}\n" for tag, meaning in EVIDENCE.items())
    named = "".join(f"- {name}: {what}\n" for name, what in REFERENCES.items())
    return (
        "The source is a clinical answer to the question how to treat osteopenia with a T-score of −1.9 at the "
        "lumbar spine and −1.2 at the femoral neck. It is a secondary, unreviewed summary; its numbers are "
        "anchored here to the guidelines behind it. `GUIDELINE` in a citation is the project's clinical "
        "specification, with its section.\n\n"
        "Values are compared exactly as reported: 19.9 is below 20, and −2.49 is not −2.5. What is not in the "
        "chart is unknown, and never counts as normal. Less data never lead to more treatment.\n\n"
        f"Evidence:\n\n{graded}\nReferences:\n\n{named}\n"
        f"The {len(answers())} vignettes are short clinical stories. Each is sent to the service in two "
        "writings, and a test holds the answers against what was expected. Here each stands once, where what "
        "it is about is told; the draft is that of alendronate.\n"
    )


def _order() -> str:
    lines = ["The first that is met sets the disposition; what comes later can only add findings."]
    number = 0
    for group in _ORDER:
        rules = (
            [(_CONFLICT, _CONFLICT, "")]
            if group is None
            else [
                (rule.id, rule.sets.value, f" or `{rule.otherwise}`" if rule.otherwise else "")
                for rule in group
            ]
        )
        for rule_id, sets, otherwise in rules:
            number += 1
            lines.append(f"{number}. {RULES[rule_id]} [`{rule_id}`](#{_place(rule_id)}): `{sets}`{otherwise}")
    return (
        lines[0] + "\n\n" + "\n".join(lines[1:]) + "\n\nOf the treatment criteria all are looked at, so that "
        "a card names each that is met. A hip or vertebral fragility fracture stands irrespective of bone "
        "density and FRAX, and so of conflicts in them. Blocks and cautions never change the disposition.\n"
    )


def _place(rule_id: str) -> str:
    """The heading below which a criterion is told."""
    if rule_id == _CONFLICT:
        return "conflicting-values-g5"
    rule = next(each for each in _rules() if each.id == rule_id)
    return _anchor(_title(_module(rule.look)))


def _rules() -> tuple[Rule, ...]:
    return (*GATES, *TREATMENT, *CONSIDERATION, *CLASSES)


def _dispositions() -> str:
    counted = {each: sum(a.disposition == each for a in answers()) for each in Disposition}
    return table(
        ("Disposition", "Rule", "When", "Cards", "Vignettes"),
        ((f"`{each}`", *DISPOSITIONS[each], str(counted[each])) for each in Disposition),
    )


# Recommendations, blocks and cautions: one section for each module.


def _recommendations() -> Iterator[str]:
    for module, rules in _by_module(_rules()).items():
        lines = [
            (
                RULES[rule.id],
                f"`{rule.id}`",
                f"`{rule.sets}`" + (f", else `{rule.otherwise}`" if rule.otherwise else ""),
                "yes" if rule.recommends else "no",
                rule.citation,
                rule.evidence,
            )
            for rule in rules
        ]
        yield _section(
            module,
            table(("Rule", "Criterion", "Sets", "May recommend the drug", "Citation", "Evidence"), lines),
            [rule.id for rule in rules],
        )
        if module.__name__.endswith("hip_or_vertebral_fracture"):
            yield _conflict()


def _conflict() -> str:
    return (
        "### Conflicting values (G5)\n\n**When** two usable values cannot both be true (one site on one day, "
        "FRAX of the hip above the major one, every T-score above zero beside a diagnosis of low bone mass), "
        "**Then** the chart is decided once for each. Where the answer is the same, it stands, "
        "with the finding; where it is not, the disposition is `data-conflict`, and the card asks which is "
        "true.\n\n" + _vignettes([_CONFLICT])
    )


def _bars() -> Iterator[str]:
    yield (
        "A block withholds the draft of alendronate; a caution leaves it offered and not recommended. They "
        "are looked at where the disposition is `treat`, `consider` or `already-treated`. A block known in "
        "part only, because a source could not be read, is `block-not-checked`.\n"
    )
    for module, bars in _by_module((*BLOCKS, *CAUTIONS)).items():
        lines = [
            (f"`{bar.id}`", f"`{bar.topic}`" if bar.topic else "none of its own", bar.citation)
            for bar in bars
        ]
        yield _section(
            module,
            table(("Criterion", "Card", "Citation"), lines),
            [bar.id for bar in bars],
        )


def _further() -> Iterator[str]:
    for name in _FURTHER:
        module = importlib.import_module(f"cdshooks.guideline.{name}")
        topic = _OF_FINDING.get(name)
        yield _section(module, "", [topic] if topic else [])


def _section(module: ModuleType, head: str, about: list[str]) -> str:
    parts = [f"### {_title(module)}\n", f"{_said(module)}\n", head, _thresholds(module)]
    return "\n".join(part for part in (*parts, _vignettes(about) if about else "") if part)


_Told = TypeVar("_Told", Rule, Bar)


def _by_module(told: Iterable[_Told]) -> dict[ModuleType, list[_Told]]:
    found: dict[ModuleType, list[_Told]] = {}
    for each in told:
        found.setdefault(_module(each.look), []).append(each)
    return found


def _module(look: Callable[..., object]) -> ModuleType:
    function = look.func if isinstance(look, functools.partial) else look
    return sys.modules[function.__module__]


def _title(module: ModuleType) -> str:
    """The first line of its docstring without the reference in brackets."""
    return (inspect.getdoc(module) or "").partition("\n")[0].partition(" (")[0].rstrip(".")


def _said(module: ModuleType) -> str:
    """What the module says of itself: the reference, and When and Then."""
    first, _, rest = (inspect.getdoc(module) or "").partition("\n")
    reference = first.partition(" (")[2].rstrip(".").removesuffix(")")
    text = " ".join(rest.split()).replace("When ", "**When** ").replace(" Then ", " **Then** ")
    return text + (f"\n\nReference: {reference}." if reference else "")


def _thresholds(module: ModuleType) -> str:
    """Its named numbers, with what stands below each."""
    body = ast.parse(inspect.getsource(module)).body
    rows = []
    for statement, following in zip(body, [*body[1:], None], strict=True):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        names = [each.id for each in ast.walk(target) if isinstance(each, ast.Name)] if target else []
        note = ""
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            note = " ".join(str(following.value.value).split())
        for name in names:
            value = getattr(module, name)
            if name.isupper() and not name.startswith("_") and _is_number(value):
                rows.append((f"`{name}`", spoken(value), note))
    return table(("Threshold", "Value", "Meaning"), rows) if rows else ""


def _is_number(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_number(each) for each in value.values())
    return type(value).__name__ in {"int", "Decimal", "timedelta"}


# Vignettes: each stands once in full, where what it is about is told.


@functools.cache
def _homes() -> Mapping[str, str]:
    """For each vignette the criterion or finding below which it stands: what is most particular about it."""
    return {each.vignette.id: _home(each) for each in answers()}


def _home(answered: Answered) -> str:
    met = [bar.id for bar in (*BLOCKS, *CAUTIONS) if bar.id in answered.met and bar.id != _COMMON]
    if met:
        return met[0]
    if _CONFLICT in answered.met or answered.issues & {"conflict", "sign-suspect"}:
        return _CONFLICT
    if Topic.SECONDARY_CAUSE in answered.findings:
        return Topic.SECONDARY_CAUSE
    if answered.disposition == Disposition.ALREADY_TREATED and answered.findings:
        return Topic.ON_TREATMENT
    if _COMMON in answered.met and "t-score-osteoporosis" in answered.met:
        return _COMMON
    rules = (each for each in _rules() if each.id in answered.met)
    return next(each.id for each in rules if answered.disposition in {each.sets, each.otherwise})


def _vignettes(keys: Iterable[str]) -> str:
    """Those that stand below one of these criteria or findings, and the ids of the others that meet one."""
    wanted = list(dict.fromkeys(keys))
    tables = []
    for key in wanted:
        own = [each for each in answers() if _homes()[each.vignette.id] == key]
        if own:
            caption = f"Vignettes of `{key}`:\n\n" if len(wanted) > 1 else ""
            tables.append(caption + table(_OF_VIGNETTE, map(_row, own)))
    others = [
        each.vignette.id
        for each in answers()
        if _homes()[each.vignette.id] not in wanted and not {*each.met, *each.findings}.isdisjoint(wanted)
    ]
    if others:
        tables.append(f"Met too in {len(others)} that stand elsewhere: {', '.join(others)}.\n")
    return "\n".join(tables)


_OF_VIGNETTE = ("Vignette", "Story", "Disposition", "Findings", "Draft")


def _row(answered: Answered) -> tuple[str, ...]:
    return (
        f"`{answered.vignette.id}`",
        answered.vignette.title,
        f"`{answered.disposition}`",
        ", ".join(answered.findings) or "–",
        answered.draft,
    )


# What else there is.


def _alternatives() -> str:
    rows = [
        (f"`{row}`", *("no" if asked is None else asked or "yes" for asked in options.values()))
        for row, options in MATRIX.items()
    ]
    return (
        f"{_said(importlib.import_module('cdshooks.guideline.alternatives'))}\n\n"
        + table(("Blocker", *Option), rows)
        + "\nWhatever blocks, an option asks for this too; raloxifene is for women only:\n\n"
        + "".join(f"- {option}: {asked}\n" for option, asked in ALWAYS.items())
    )


def _cards() -> Iterator[str]:
    yield (
        "Each card ends with who decides, and tells its values with their days, what was not found, and what "
        "could not be read. The summaries are those of the vignettes.\n"
    )
    for topic, (card, indicator, when) in CARDS.items():
        yield f"### {card}: `{topic}`\n\nIndicator: {indicator}. {when}\n"
        shown = [each.summaries[topic] for each in answers() if topic in each.summaries]
        if shown:
            yield "".join(f"- {example}\n" for example in _distinct(shown))


def _distinct(texts: Iterable[str]) -> list[str]:
    """The first few that differ in more than their numbers."""
    shapes: dict[str, str] = {}
    for text in texts:
        shapes.setdefault(_NUMBER.sub("#", text), text)
    return list(shapes.values())[:_MOST_EXAMPLES]


def _suggestions() -> str:
    rows = []
    for suggestion, (creates, cards, when) in SUGGESTIONS.items():
        labels = _distinct(each.labels[suggestion] for each in answers() if suggestion in each.labels)
        rows.append((f"`{suggestion}`", "; ".join(labels) or "–", when, cards, creates))
    return (
        f"A card shows at most {MOST_SUGGESTIONS}, the most important first, and names the others. Each is a "
        "draft that somebody has to sign.\n\n"
        + table(("Suggestion", "Label", "When", "On cards", "Creates"), rows)
    )


def _inputs() -> str:
    rows = []
    for name, meaning in NAMED.items():
        found = INPUTS[name]
        limits = "; ".join(
            f"{spoken(each.low)} to {spoken(each.high)} {each.unit}"
            + ("" if each.needs_unit else " (also without a unit)")
            for each in found.analytes
        )
        rows.append((f"`{name}`", meaning, found.back, limits or "–", found.note))
    converted = [
        (drug, f"{float(factor):.4g}", f"{float(5 / factor):.4g}") for drug, factor in PREDNISONE_MG.items()
    ]
    return (
        "What is older than the look-back, outside what is plausible, without its unit or not final is not "
        "used, and is said to be so.\n\n"
        + table(("Input", "Value or unit", "Look-back", "Plausible", "Note"), rows)
        + "\nGlucocorticoids are read in milligrams of prednisone:\n\n"
        + table(("Drug", "One milligram is", "5 mg of prednisone are (mg)"), converted)
    )


def _overrides() -> str:
    everything = Sheet(
        topic=Topic.FRAX_NEEDED, indicator="info", summary="", detail="", about_frax=True, about_fracture=True
    )
    on_cards = {each.code: each.display or "" for each in override_reasons(everything)}
    rows = [
        (f"`{code}`", words, f"{REASON_DAYS[code]} days" if code in REASON_DAYS else "no")
        for code, words in on_cards.items()
    ]
    rows += [
        (f"`{code}`", "on critical cards about orders", "no") for code in sorted(EVERY_REASON - {*on_cards})
    ]
    return table(("Reason", "Words", "Silences the card for"), rows)


def _fatigue() -> str:
    return (
        f"- At most {MOST_CARDS} cards when a chart is opened: the one of the disposition, and the weightiest "
        "of the findings. Critical cards are never left out.\n"
        "- The weight of findings: an order of 70 mg a day, denosumab overdue, correct first, alendronate "
        "unsuitable, very high risk, secondary cause, data problems.\n"
        "- What finds no room is told in another card's text, and is in the trace in any case.\n"
        "- No card where there is nothing to say: normal bone density, children, pregnancy, hospice care, "
        "therapy with nothing due, no bone density and no reason to measure it.\n"
        "- Nothing was looked at is not nothing to say: what could not be read is on a card.\n"
        f"- {len(REASON_DAYS)} override reasons silence the same card of the same patient, until a value that "
        f"it rests on changes. An accepted suggestion is not made again for {ACCEPTED_DAYS} days. Critical "
        "cards are never silenced.\n"
        "- Patients and relatives who open the chart are offered no drafts.\n"
    )


def _statements() -> str:
    return table(
        ("Row", "The source says", "Where it is decided or shown", "Shown by"),
        (
            (row, each.says, each.where, ", ".join(f"`{name}`" for name in each.by))
            for row, each in STATEMENTS.items()
        ),
    )


def _anchor(title: str) -> str:
    plain = "".join(each for each in title.lower() if each.isalnum() or each in " -_")
    return plain.strip().replace(" ", "-")
