"""Already treated (GUIDELINE section 0, G4 and 6).

When an osteoporosis drug is current, Then no treatment card and no draft: the question is how therapy goes.
"""

import datetime

from cdshooks.guideline.decision import Disposition, Looked, Rule, no, unknown, yes
from cdshooks.guideline.words import begun, drug, listed
from fhir_mappings.inputs import GuidelineInputs, Source

_TELL_OF_DRUGS = (Source.MEDICATIONS, Source.DISPENSES, Source.ADMINISTRATIONS, Source.PROCEDURES)


def _look(inputs: GuidelineInputs) -> Looked:
    if inputs.therapy:
        drugs = listed([drug(each) for each in inputs.therapy])
        first = min(inputs.therapy, key=lambda each: each.since or datetime.date.max)
        known = first.since is not None or first.since_latest is not None
        when = f"since {begun(first)}" if known else "without a date"
        return yes(f"current osteoporosis drug: {drugs}, on record {when}", reason=drugs)
    lacking = [source.value for source in _TELL_OF_DRUGS if source in inputs.unanswered]
    if lacking:
        return unknown(f"{listed(lacking)} could not be read")
    return no("no current osteoporosis drug found in the chart")


ON_THERAPY = Rule(
    id="on-bone-therapy",
    sets=Disposition.ALREADY_TREATED,
    look=_look,
    citation="GUIDELINE section 0, G4: FRAX and treatment thresholds are for untreated patients",
    evidence="S",
)
