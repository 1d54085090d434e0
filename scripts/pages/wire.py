"""docs/reference-wire.md: the codes on the wire."""

import functools
import inspect
import sys
import typing
from collections.abc import Callable, Iterator

import msgspec

from cdshooks.cards.card import MOST_SUGGESTIONS, TOPICS
from cdshooks.cards.overrides import COMMENT_REQUIRED, OTHER, SYSTEM, override_reasons
from cdshooks.cards.sheet import Sheet, SuggestionId
from cdshooks.cards.silence import REASON_DAYS
from cdshooks.guideline.bars import BLOCKS, CAUTIONS
from cdshooks.guideline.decision import Bar, Disposition, Rule
from cdshooks.guideline.orders import CHECKS
from cdshooks.guideline.recommendations import CLASSES, CONSIDERATION, GATES, TREATMENT
from cdshooks.guideline.topics import Topic
from cdshooks.services.orders import NOT_EVALUATED
from cdshooks.wire.response import EVALUATION, SUGGESTION, Evaluation
from fhir_mappings.bundle import Contents
from fhir_mappings.inputs import Issue
from scripts.pages import MADE
from scripts.pages.tables import codes, table
from scripts.pages.wire_words import CARDS, DISPOSITIONS, INPUTS, ISSUES, MEMBERS, STATES, SUGGESTIONS


def render() -> str:
    """The whole page."""
    return "\n".join((f"# Wire reference\n\n{MADE}", *_wire_sections()))


def _wire_sections() -> Iterator[str]:
    yield (
        "The codes that the service puts on the wire. How to call it is told in [Connect an EHR]"
        "(connect-an-ehr.md), what the prefetch keys are in [Prefetch keys](reference-prefetch.md).\n"
    )
    yield (
        f'## The evaluation\n\nEvery answer of 200 carries `extension["{EVALUATION}"]`. Members that would be '
        "empty are left out.\n\n"
        + table(("Member", "What it holds"), [(f"`{name}`", MEMBERS[name]) for name in _members()])
    )
    yield (
        "## Dispositions\n\nThe first rule that matches sets the disposition. The order is G0, G1, G2, G2b, "
        "G3, G4, T1, G5, T2, T3, T4, T5, T6, K1, K2, K3, F1, F2, N1, N2.\n\n"
        + table(
            ("Code", "Rule", "When", "Cards"), [(f"`{each}`", *DISPOSITIONS[each]) for each in Disposition]
        )
        + "\nWhere an order hook has no order that concerns bone health, the disposition is "
        f"`{NOT_EVALUATED}`: the chart was not read.\n"
    )
    yield (
        f"## Topics\n\nEach card carries its topic in `source.topic`, system `{TOPICS}`.\n\n"
        + table(
            ("Code", "Card", "Indicator", "When"),
            [(f"`{topic}`", *CARDS[topic]) for topic in Topic if topic in CARDS],
        )
    )
    yield (
        "### Topics of orders\n\nOnly the order hooks have these, besides `data-problem` and "
        "`denosumab-overdue`; `order-daily-70` is also said of an order that is active already. "
        "[Order checks](reference-orders.md) says when each is raised.\n\n"
        + table(
            ("Code", "Check", "Title"),
            [(f"`{each.topic}`", each.id, each.topic.display) for each in CHECKS],
        )
    )
    yield from _criteria()
    yield (
        "## Suggestions\n\nEach action carries the id of its suggestion in "
        f'`extension["{SUGGESTION}"]`. A card shows at most {MOST_SUGGESTIONS}; it names the others in its '
        "text. Actions are of type `create`, and their resource is a draft; `change-to-weekly` is an `update` "
        "with the whole corrected draft, `remove-order` a `delete`.\n\n"
        + table(
            ("Id", "Creates or changes", "On cards", "When"),
            [(f"`{each}`", *SUGGESTIONS[each]) for each in SuggestionId],
        )
    )
    everything = Sheet(
        topic=Topic.FRAX_NEEDED, indicator="info", summary="", detail="", about_frax=True, about_fracture=True
    )
    critical = msgspec.structs.replace(everything, against_order=True)
    on_cards = {
        each.code: each.display or "" for sheet in (everything, critical) for each in override_reasons(sheet)
    }
    on_critical = [each.code or "" for each in override_reasons(critical)]
    yield (
        f"## Override reasons\n\nSystem `{SYSTEM}`. `frax-done-elsewhere` stands only on cards about FRAX, "
        "`not-fragility` only where a fracture decided. Critical cards on orders offer "
        f"{codes(on_critical)} alone, and {codes(sorted(COMMENT_REQUIRED))} asks for a comment. Feedback may "
        f"come with any of these; any other reason is kept as `{OTHER}`. Three of them silence the card while "
        "nothing changes that it rests on; [Feedback and the store](feedback.md#silence) says how. Critical "
        "cards are never silenced.\n\n"
        + table(
            ("Code", "Display", "Silences the card"),
            [(f"`{code}`", display, _silence(code)) for code, display in on_cards.items()],
        )
    )
    yield "## Data-quality issues\n\n" + table(
        ("Issue", "Meaning"), [(f"`{issue}`", ISSUES[issue]) for issue in typing.get_args(Issue)]
    )
    yield "## Input names\n\nIn `inputs` and in `missing`.\n\n" + table(
        ("Name", "Value or unit"), [(f"`{name}`", value) for name, value in INPUTS.items()]
    )
    yield "## Prefetch states\n\n" + table(
        ("State", "Meaning"), [(f"`{state}`", STATES[state]) for state in (*_states(), "omitted")]
    )


def _criteria() -> Iterator[str]:
    yield (
        "## Criteria\n\nEvidence is S (sure), P (probable) or N (the source article alone). `GUIDELINE` in a "
        "citation is the project's clinical specification.\n"
    )
    groups: tuple[tuple[str, str, tuple[Rule, ...]], ...] = (
        ("Gates", "The first that is met ends the matter.", GATES),
        (
            "Treatment",
            (
                "All are looked at; one is enough. What sets two dispositions sets the second where bone "
                "density does not suffice for the first."
            ),
            TREATMENT,
        ),
        ("Consideration", "All are looked at; they decide where nothing indicates treatment.", CONSIDERATION),
        ("Classes", "Where nothing asks for a drug, the first that is met decides.", CLASSES),
    )
    for title, text, rules in groups:
        rows = [
            (
                f"`{rule.id}`",
                f"`{rule.sets}`" + (f", `{rule.otherwise}`" if rule.otherwise else ""),
                rule.citation,
                rule.evidence,
            )
            for rule in rules
        ]
        yield f"### {title}\n\n{text}\n\n" + table(("Id", "Sets", "Citation", "Evidence"), rows)
    yield (
        "### Conflict\n\n`data-conflict` is looked at after the gates and T1. It is met where two values of "
        "the chart cannot both be true and lead to different dispositions. A hip or vertebral "
        "fragility fracture stands irrespective of it.\n"
    )
    kinds: tuple[tuple[str, str, tuple[Bar, ...]], ...] = (
        ("Blocks", "A block withholds the alendronate draft. It never changes the disposition.", BLOCKS),
        ("Cautions", "With a caution the draft is offered and not recommended.", CAUTIONS),
    )
    for title, text, bars in kinds:
        found = [
            (f"`{bar.id}`", f"`{bar.topic}`" if bar.topic else "none of its own", bar.citation)
            for bar in bars
        ]
        yield (
            f"### {title}\n\n{text} They are looked at where the disposition is `treat`, `consider` or "
            "`already-treated`; `caution-very-high-risk` not where it is `consider`.\n\n"
            + table(("Id", "Card", "Citation"), found)
        )
    looks = [rule.look for rule in (*GATES, *TREATMENT, *CONSIDERATION, *CLASSES)] + [
        bar.look for bar in (*BLOCKS, *CAUTIONS)
    ]
    yield "### In the words of the code\n\n" + "".join(dict.fromkeys(f"{_when(look)}\n" for look in looks))


def _when(look: Callable[..., object]) -> str:
    """What the module of a criterion says of itself, in one paragraph."""
    function = look.func if isinstance(look, functools.partial) else look
    said = inspect.getdoc(sys.modules[function.__module__]) or ""
    first, _, rest = said.partition("\n")
    return f"- **{first.rstrip('.')}.** {' '.join(rest.split())}"


def _members() -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(Evaluation)]


def _states() -> tuple[str, ...]:
    return typing.get_args(typing.get_type_hints(Contents)["state"])


def _silence(reason: str) -> str:
    return f"for {REASON_DAYS[reason]} days" if reason in REASON_DAYS else "no"
