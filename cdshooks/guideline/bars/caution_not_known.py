"""What nobody knows (GUIDELINE section 0, 5, and E: no drug is preselected then).

When calcium or renal function is not known, FRAX could not be read, a part of the chart came incomplete, a
value on record cannot be used, something against the tablet is known by name only or unconfirmed, menopause
may not be reached, or a malignancy leaves the choice to oncology, Then the draft is offered and not
recommended.
"""

from cdshooks.guideline import renal
from cdshooks.guideline.bars import very_high_risk
from cdshooks.guideline.bars.kidney import is_known
from cdshooks.guideline.decision import Bar, Looked, no, yes
from cdshooks.guideline.menopause import in_doubt
from cdshooks.guideline.words import listed, source_words
from fhir_mappings.inputs import Disease, GuidelineInputs, Suspicion


def unknown_labs(inputs: GuidelineInputs) -> list[str]:
    """Which of calcium and renal function the chart does not tell."""
    lacking = []
    if inputs.labs.calcium is None:
        lacking.append("calcium")
    if not is_known(inputs.renal):
        lacking.append("renal function")
    return lacking


def _possible(suspicion: Suspicion, inputs: GuidelineInputs) -> str:
    """What may speak against the tablet; of the kidneys with what was measured."""
    disease: str = suspicion.disease
    measured = ""
    if suspicion.disease is Disease.DIALYSIS_OR_CKD_5:
        disease, beside = "advanced kidney disease or dialysis", renal.spoken(inputs.renal)
        measured = f" beside {beside}" if beside else ""
    return f"possible {disease} ({suspicion.why}){measured}, please check"


def _look(inputs: GuidelineInputs) -> Looked:
    lacking = [f"{word} not known" for word in unknown_labs(inputs)]
    if very_high_risk.is_unknown(inputs):
        lacking.append("FRAX could not be read: whether fracture risk is very high is not known")
    lacking += [f"{source_words(each)} came incomplete" for each in sorted(inputs.incomplete)]
    lacking += [f"{called} on record cannot be used as it stands" for called in inputs.left_open]
    lacking += [
        _possible(each, inputs)
        for each in inputs.suspicions
        # It speaks against raloxifene, and not against the tablet.
        if each.disease is not Disease.VTE_OR_STROKE
    ]
    menopause = in_doubt(inputs)
    if menopause is not None:
        lacking.append(menopause)
    if inputs.ever(Disease.NEOPLASTIC_FRACTURE, Disease.MYELOMA):
        lacking.append("malignancy in bone: what oncology plans is not known")
    if lacking:
        return yes(listed(lacking))
    return no("calcium and renal function are known")


CAUTION_NOT_KNOWN = Bar(
    id="caution-not-known", look=_look, citation="GUIDELINE section 0, 5 and E", can_be_settled=True
)
