"""Fractures, and whether they are fragility fractures (GUIDELINE B, 8 and 9)."""

import datetime
import re
from collections.abc import Iterable, Sequence

import msgspec

from fhir_mappings.code_facts import CodeFacts, Evidence
from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import A_DAY, Problem, Standing, Told, standing
from fhir_mappings.dates import years_between
from fhir_mappings.inputs import Fracture, FractureSite, Mechanism, Source
from fhir_mappings.notes import Notes
from fhir_mappings.value_sets import Terminology

ADULT = 40
"""Fractures before this age say nothing about bone loss."""
ONE_EVENT = datetime.timedelta(days=180)
"""Within this, two fractures of one site are one (GUIDELINE B, 9)."""
PRESUMED_HIP_AGE = 65
PRESUMED_VERTEBRA_AGE = 50

_SITES: tuple[tuple[Concept, FractureSite], ...] = (
    (Concept.FRACTURE_HIP, FractureSite.HIP),
    (Concept.FRACTURE_VERTEBRA, FractureSite.VERTEBRA),
    (Concept.FRACTURE_DISTAL_FOREARM, FractureSite.DISTAL_FOREARM),
    (Concept.FRACTURE_PROXIMAL_HUMERUS, FractureSite.PROXIMAL_HUMERUS),
    (Concept.FRACTURE_PELVIS, FractureSite.PELVIS),
)
_OSTEOPOROTIC = frozenset({Concept.OSTEOPOROSIS_WITH_FRACTURE, Concept.HISTORY_FRAGILITY_FRACTURE})
_OTHER_CAUSE = frozenset(
    {
        Concept.FRACTURE_NONOSTEOPOROTIC,
        Concept.ATYPICAL_FEMORAL_FRACTURE,
        Concept.FRACTURE_NOT_FRAGILITY_SITE,
        Concept.HISTORY_FRACTURE_NOT_FRAGILITY,
    }
)
_ANOTHER_CAUSE = frozenset(
    {
        Concept.HIGH_ENERGY_MECHANISM,
        Concept.FRACTURE_NONOSTEOPOROTIC,
        Concept.ATYPICAL_FEMORAL_FRACTURE,
    }
)
_SAYS_HOW = _ANOTHER_CAUSE | {Concept.LOW_ENERGY_FALL, Concept.FALL_UNSPECIFIED}
# Wedge compression in ICD-10-CM: S22.0x0, S32.0x0; collapsed vertebra: M48.5.
_WEDGE = re.compile(r"(?:S[23]2\.?0\d0|M48\.?5)", re.IGNORECASE)
_WEDGE_NAME = re.compile(r"wedge|compression|collapse", re.IGNORECASE)
_OSTEOPOROTIC_NAME = re.compile(r"osteoporotic|due to (?:\w+ )*osteoporosis", re.IGNORECASE)
# Words that a diagnosis is a question, or somebody else's: whatever its code, it fires nothing then.
_QUESTION = re.compile(
    r"(?<![a-z])(?:rule[ds]? out|r/o|suspected|suspicion|possible|probable|questionable|no evidence|"
    r"no fracture|family history|mother|father|parent)(?![a-z])",
    re.IGNORECASE,
)
# Words for more force than a fall from standing height: nothing is presumed of such a fracture.
_HIGH_ENERGY = re.compile(
    r"(?<![a-z])(?:motor ?vehicle|motor ?cycle|motorbike|mv[ac]|rt[ac]|traffic|collision|car|automobile|"
    r"bi?cycl\w*|bike|pedestrian|(?:hit|struck|run over|kicked) by|gun ?shot|assault\w*|"
    r"crush(?:ed|ing)? injur\w*|explosion|"
    r"(?:fall|fell|fallen) (?:from|off|down) (?:an? |the )?"
    r"(?:great )?(?:height|ladder|roof|horse|tree|scaffold\w*|stairs?|building|balcony|window)|"
    r"high[\s-](?:energy|impact|velocity)|polytrauma|verkehrsunfall|autounfall|motorrad\w*|fahrrad\w*|"
    r"sturz (?:von|aus) (?:der |dem |einer |gro\w+ )?(?:leiter|h\w+he|dach|treppe|pferd)|"
    r"accident de (?:la )?(?:voie|circulation|route|voiture|moto\w*|v[eé]lo|ski)|"
    r"chute (?:d'une? |d'|de l'|du )(?:[eé]chelle|toit|hauteur|cheval|escalier))(?![a-z])",
    re.IGNORECASE,
)
# The 7th characters of ICD-10-CM: anything but A, B and C (seen for the first time) tells of later care, and S
# of late effects.
_INJURY = re.compile(r"(?:[ST]\d\d|M48|M80|M84)\.?\w{3}[A-Z]$", re.IGNORECASE)
_LATER_CARE = re.compile(r"[^ABC]$", re.IGNORECASE)
_LATE_EFFECT = re.compile(r"S$", re.IGNORECASE)
# Open fractures suggest higher energy: ICD-10-CM 7th characters B and C, and SNOMED CT's names.
_OPEN = re.compile(r"S\d\d\.?\w{3}[BC]$", re.IGNORECASE)
_OPEN_NAME = re.compile(r"\bopen\b", re.IGNORECASE)


class _Event(msgspec.Struct, kw_only=True):
    """The conditions that speak of one fracture, the one that dates it first."""

    site: FractureSite
    told: list[Problem]
    day: datetime.date | None = None


def note_uncounted(told: tuple[Told, ...], notes: Notes) -> None:
    """Fractures told in a way that does not count: by a code of another edition, or around a prosthesis."""
    for condition, meaning in told:
        if standing(condition) is Standing.NOT_SO:
            continue
        sites = [site for concept, site in _SITES if concept in meaning.elsewhere]
        if sites or meaning.elsewhere & _OSTEOPOROTIC:
            what = _named(sites[0]) if sites else "a fracture with osteoporosis"
            because = (
                f"{what} is told by a code whose system or edition is not known here, and is not counted"
            )
            notes.add("unmapped-code", because, condition.reference, of=Source.CONDITIONS)
        elif Concept.FRACTURE_PERIPROSTHETIC in meaning.coded:
            because = "how the periprosthetic fracture happened is not recorded, and it is not counted"
            notes.add("mechanism-unknown", because, condition.reference, of=Source.CONDITIONS)


def map_fractures(
    problems: tuple[Problem, ...],
    birth: datetime.date | None,
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> tuple[Fracture, ...]:
    """Fractures of the sites the guideline counts, each once, with what is known of how they happened.

    Left out: high-energy, neoplastic, stress and atypical fractures, those of skull, hand and foot, and
    those before the age of 40. Those of unknown mechanism stay, and never count as fragility fractures; of
    bones that the guideline does not name those stay that came of a low fall. A fracture of tomorrow is not
    there yet: the day of tolerance is for what speaks against a drug.
    """
    problems = _by(as_of, problems, terminology, notes)
    causes = _Causes(problems)
    fractures = []
    for event in _events(problems, terminology):
        first = event.told[0]
        age = _age(event, birth)
        if age is not None and age < ADULT:
            continue
        mechanism = _mechanism(event, age, causes, terminology)
        if mechanism is None:
            continue
        if mechanism is Mechanism.UNKNOWN:
            notes.add(
                "mechanism-unknown",
                f"how {_named(event.site)} happened is not recorded",
                first.reference,
                of=Source.CONDITIONS,
            )
            if event.site is FractureSite.OTHER:
                continue
        fractures.append(
            Fracture(
                site=event.site,
                mechanism=mechanism,
                day=event.day,
                latest=first.latest if event.day else None,
                reference=first.reference,
                references=tuple(each.reference for each in event.told),
            )
        )
    return tuple(fractures)


def _by(
    as_of: datetime.date, problems: tuple[Problem, ...], terminology: Terminology, notes: Notes
) -> tuple[Problem, ...]:
    """Those of that day or before; a fracture of later is noted."""
    for each in problems:
        if each.day is not None and each.day > as_of and _site(each, terminology) is not None:
            notes.add("future-date", "fracture is dated in the future", each.reference, of=Source.CONDITIONS)
    return tuple(each for each in problems if each.day is None or each.day <= as_of)


def _events(problems: tuple[Problem, ...], terminology: Terminology) -> list[_Event]:
    """Conditions of one site within 180 days are one event (GUIDELINE B, 9), and so are its later codes.

    A code for later care or late effects belongs to the last event before it, however long ago that was.
    What has no day belongs to an event of its site where there is one: it tells of no second fracture.
    """
    events: list[_Event] = []
    by_site: dict[FractureSite, list[Problem]] = {}
    for problem in problems:
        site = _site(problem, terminology)
        if site is not None and not problem.concepts & _OTHER_CAUSE:
            by_site.setdefault(site, []).append(problem)
    for site, told in by_site.items():
        own: list[_Event] = []
        dated, undated = [], []
        for problem in told:
            if problem.day is None or _is_later(problem, _LATE_EFFECT):
                undated.append(problem)
            else:
                # On one day the code for the fracture itself goes before those for its care.
                dated.append((problem.day, _is_later(problem, _LATER_CARE), problem.reference, problem))
        for *_, problem in sorted(dated, key=lambda each: each[:3]):
            last = own[-1] if own else None
            if last is not None and _is_told_of(last, problem):
                last.told.append(problem)
            else:
                own.append(_Event(site=site, told=[problem], day=problem.day))
        for problem in undated:
            if not own:
                own.append(_Event(site=site, told=[]))
            own[-1].told.append(problem)
        events += own
    return events


def _is_told_of(event: _Event, problem: Problem) -> bool:
    within = event.day is not None and problem.day is not None and problem.day - event.day <= ONE_EVENT
    return within or _is_later(problem, _LATER_CARE)


def _is_later(problem: Problem, codes: re.Pattern[str]) -> bool:
    """Whether each ICD-10-CM code it has is one for what comes after a fracture."""
    own = [coding.code or "" for coding in problem.code.codings if _INJURY.match(coding.code or "")]
    return bool(own) and all(codes.search(code) for code in own)


def _age(event: _Event, birth: datetime.date | None) -> int | None:
    """The age at the event; where only its conditions state one, the youngest.

    Of an event that only its late effects date, the age at those.
    """
    day = event.day or event.told[0].day
    if birth is not None and day is not None:
        return years_between(birth, day)
    return min((each.age for each in event.told if each.age is not None), default=None)


class _Causes:
    """The conditions that say how something broke, by encounter and by day."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self._by_encounter: dict[str, list[Problem]] = {}
        self._by_day: dict[datetime.date, list[Problem]] = {}
        for problem in problems:
            if problem.concepts.isdisjoint(_SAYS_HOW):
                continue
            if problem.encounter is not None:
                self._by_encounter.setdefault(problem.encounter, []).append(problem)
            if problem.day is not None:
                self._by_day.setdefault(problem.day, []).append(problem)

    def of(self, told: Sequence[Problem]) -> list[Problem]:
        """Those of the same encounter as any of the conditions, and those of the same day.

        Of the day only where either has no encounter: two encounters of one day are two events.
        """
        encounters = {each.encounter for each in told if each.encounter is not None}
        days = {each.day for each in told if each.day is not None}
        elsewhere = {each.day for each in told if each.day is not None and each.encounter is None}
        found = [cause for encounter in encounters for cause in self._by_encounter.get(encounter, ())]
        found += [
            cause
            for day in days
            for cause in self._by_day.get(day, ())
            if cause.encounter is None or day in elsewhere
        ]
        return found

    def high_energy_beside(self, told: Sequence[Problem]) -> bool:
        """Whether there was one of high energy a day before or after: either may be recorded later."""
        return any(
            Concept.HIGH_ENERGY_MECHANISM in cause.concepts
            and (cause.encounter is None or each.encounter is None)
            for each in told
            if each.day is not None
            for beside in (each.day - A_DAY, each.day + A_DAY)
            for cause in self._by_day.get(beside, ())
        )


def _site(problem: Problem, terminology: Terminology) -> FractureSite | None:
    for concept, site in _SITES:
        if concept in problem.concepts:
            facts = _facts(problem, concept, terminology)
            # "Fracture of forearm" may be anywhere on it.
            return FractureSite.UNSPECIFIED if facts and all(each.proxy for each in facts) else site
    if problem.concepts & (_OSTEOPOROTIC | {Concept.FRACTURE_PATHOLOGICAL_NEC}):
        return FractureSite.UNSPECIFIED
    return FractureSite.OTHER if Concept.FRACTURE_OTHER_SITE in problem.concepts else None


def _named(site: FractureSite) -> str:
    if site is FractureSite.OTHER:
        return "a fracture of another site"
    return f"the {'vertebral' if site is FractureSite.VERTEBRA else site.value.replace('-', ' ')} fracture"


def _facts(problem: Problem, concept: Concept, terminology: Terminology) -> list[CodeFacts]:
    found = (terminology.facts(coding.system, coding.code, concept) for coding in problem.code.codings)
    return [facts for facts in found if facts is not None]


def _mechanism(event: _Event, age: int | None, causes: _Causes, terminology: Terminology) -> Mechanism | None:
    """None where the cause is known to be another one."""
    told = event.told
    if any(_QUESTION.search(name) for each in told for name in each.code.names):
        return Mechanism.UNKNOWN
    if any(
        each.concepts & _OSTEOPOROTIC or _is_named(each, _OSTEOPOROTIC_NAME, terminology) for each in told
    ):
        return Mechanism.OSTEOPOROTIC
    said = (*told, *causes.of(told))
    if any(not each.concepts.isdisjoint(_ANOTHER_CAUSE) for each in said):
        return None
    in_words = any(_HIGH_ENERGY.search(words) for each in said for words in (*each.code.names, *each.notes))
    if in_words or causes.high_energy_beside(told):
        return Mechanism.UNKNOWN
    falls = [facts for each in said for facts in _low_falls(each, terminology)]
    if falls:
        if event.site is FractureSite.UNSPECIFIED:
            return Mechanism.UNKNOWN
        # "Fall" says no height: it counts, and the card asks to confirm it.
        stated = any(facts.evidence is not Evidence.CONFIRM for facts in falls)
        return Mechanism.LOW_ENERGY if stated else Mechanism.PRESUMED
    unspecified_cause = any(Concept.FALL_UNSPECIFIED in each.concepts for each in said)
    if age is None or unspecified_cause or any(map(_is_open, told)):
        return Mechanism.UNKNOWN
    if event.site is FractureSite.HIP and age >= PRESUMED_HIP_AGE:
        return Mechanism.PRESUMED
    wedge = event.site is FractureSite.VERTEBRA and any(_is_wedge(each, terminology) for each in told)
    return Mechanism.PRESUMED if wedge and age >= PRESUMED_VERTEBRA_AGE else Mechanism.UNKNOWN


def _low_falls(problem: Problem, terminology: Terminology) -> list[CodeFacts]:
    return [facts for facts in _facts(problem, Concept.LOW_ENERGY_FALL, terminology) if not facts.proxy]


def _is_wedge(problem: Problem, terminology: Terminology) -> bool:
    coded = any(_WEDGE.match(coding.code or "") for coding in problem.code.codings)
    return coded or _is_named(problem, _WEDGE_NAME, terminology)


def _is_named(problem: Problem, pattern: re.Pattern[str], terminology: Terminology) -> bool:
    """By the value set's own name for the code, not by what the chart calls it: text never fires a rule."""
    return any(
        pattern.search(facts.display or "")
        for concept, _ in _SITES
        for facts in _facts(problem, concept, terminology)
    )


def _is_open(problem: Problem) -> bool:
    return any(
        _OPEN.match(coding.code or "") or _OPEN_NAME.search(coding.display or "")
        for coding in problem.code.codings
    )
