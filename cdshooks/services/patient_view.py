"""patient-view: the clinician opens a chart, and the bone-health guidance that applies is there."""

import functools

import msgspec

from cdshooks.cards.case import Case
from cdshooks.cards.render import render
from cdshooks.cards.trace import trace
from cdshooks.chart.prefetch import PATIENT_VIEW, templates
from cdshooks.guideline.decide import decide
from cdshooks.services.service import Call, Service, recipient_of, with_day_ignored
from cdshooks.wire.request import PatientViewContext
from cdshooks.wire.response import EVALUATION, HookResponse
from fhir_mappings.mapping import map_chart

_context = msgspec.json.Decoder(PatientViewContext)


def answer(call: Call) -> HookResponse:
    """The cards for the patient whose chart is being opened.

    Raises:
        msgspec.ValidationError: the context is not one of patient-view.
        Problem: 412 where required data are missing.
    """
    context = _context.decode(call.request.context)
    gathered = call.gather(context.patient_id, PATIENT_VIEW)
    inputs = with_day_ignored(call, map_chart(gathered.chart, call.as_of, call.terminology))
    case = Case(
        decision=decide(inputs, extra_risk_factors=call.extra_risk_factors),
        inputs=inputs,
        recipient=recipient_of(call, context),
    )
    rendered = render(case, call.signing(context.patient_id))
    evaluation = trace(case, rendered.findings, gathered.ledger)
    return HookResponse(cards=rendered.cards, extension={EVALUATION: evaluation})


PATIENT_VIEW_SERVICE = Service(
    id="bone-health-patient-view",
    hook="patient-view",
    context=PatientViewContext,
    title="Bone health: osteopenia and osteoporosis",
    description=(
        "Reads T-scores, FRAX results, fractures, laboratory values and medicines of the patient whose chart "
        "is opened, and answers with the bone-health guidance that applies: what to do first, draft orders to "
        "sign, and the facts each recommendation rests on."
    ),
    usage_requirements=(
        "FHIR R4. Patient and bone density (prefetch keys patient and bone-density) are required; every other "
        "key that is neither sent nor can be fetched is reported as not checked, and no alendronate draft is "
        "offered while a key that feeds a safety check is missing. "
        "For adults; drafts are offered to practitioners only."
    ),
    prefetch=functools.partial(templates, PATIENT_VIEW),
    answer=answer,
)
