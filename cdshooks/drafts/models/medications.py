"""The draft MedicationRequests (GUIDELINE C, S-ALN, S-CA, S-VITD)."""

from collections.abc import Mapping
from decimal import Decimal

from fhir.resources.R4B.codeableconcept import CodeableConcept
from fhir.resources.R4B.dosage import Dosage, DosageDoseAndRate
from fhir.resources.R4B.duration import Duration
from fhir.resources.R4B.medicationrequest import (
    MedicationRequest,
    MedicationRequestDispenseRequest,
    MedicationRequestSubstitution,
)
from fhir.resources.R4B.quantity import Quantity
from fhir.resources.R4B.ratio import Ratio
from fhir.resources.R4B.timing import Timing, TimingRepeat

from cdshooks.drafts.models.elements import RXNORM, SNOMED, UCUM, coding, concept, order, quantity

ORAL = concept("by mouth", coding(SNOMED, "26643006", "Oral route"))
DOSE_TYPE = "http://terminology.hl7.org/CodeSystem/dose-rate-type"


def _medication(code: str, display: str, text: str) -> CodeableConcept:
    # The reference sandbox applies a draft only with both a text and a first code (PROTOCOL, sandbox 10).
    return concept(text, coding(RXNORM, code, display))


def _ordered(dose: Quantity) -> list[DosageDoseAndRate]:
    return [DosageDoseAndRate(type=concept("ordered", coding(DOSE_TYPE, "ordered")), doseQuantity=dose)]


# Taking 70 mg daily is the error to prevent: text, structure and maximum each say once a week. No dayOfWeek:
# the patient chooses it. ACM with offset 30 is "30 minutes before breakfast". Words after the FDA label:
# its paragraphs on administration, on missed once-weekly doses and on what to report.
ALENDRONATE = MedicationRequest(
    **order(),
    medicationCodeableConcept=_medication(
        "904431", "alendronic acid 70 MG Oral Tablet", "alendronate 70 mg tablet, once weekly"
    ),
    dosageInstruction=[
        Dosage(
            sequence=1,
            text="Take 1 tablet (70 mg) by mouth ONCE A WEEK, same day each week, on waking, "
            "30 minutes before first food, drink or other medicine",
            patientInstruction="Once a WEEK only. Swallow whole with a full glass (6-8 oz) of plain water, "
            "after getting up, at least 30 minutes (up to 60) before any food, other drink, calcium or other "
            "medicine. Sit or stand for at least 30 minutes and until after your first food. Do not chew, "
            "suck or take at bedtime. If you miss your day, take one tablet the next morning you remember, "
            "then return to your usual day; never two on one day. Stop and call if swallowing hurts, chest "
            "pain, new heartburn; report jaw, thigh or groin pain.",
            timing=Timing(
                repeat=TimingRepeat(frequency=1, period=Decimal(1), periodUnit="wk", when=["ACM"], offset=30),
                code=concept("once weekly"),
            ),
            asNeededBoolean=False,
            route=ORAL,
            doseAndRate=_ordered(quantity(70, "mg", "mg")),
            maxDosePerPeriod=Ratio(
                numerator=quantity(70, "mg", "mg"),
                denominator=quantity(1, "week", "wk"),
            ),
        )
    ],
    dispenseRequest=MedicationRequestDispenseRequest(
        numberOfRepeatsAllowed=3,
        quantity=Quantity(value=Decimal(12), unit="tablet"),
        expectedSupplyDuration=Duration(value=Decimal(84), unit="days", system=UCUM, code="d"),
    ),
    substitution=MedicationRequestSubstitution(allowedBoolean=True),
)

# Coded as the ingredient: no product code of either supplement is trustworthy in the public sources.
CALCIUM = MedicationRequest(
    **order("Calcium intake for bone health"),
    medicationCodeableConcept=_medication(
        "1897", "Calcium Carbonate", "calcium carbonate 1,250 mg (500 mg elemental calcium), once daily"
    ),
    dosageInstruction=[
        Dosage(
            sequence=1,
            text="Take 1,250 mg of calcium carbonate (500 mg elemental calcium) by mouth ONCE A DAY with "
            "food; adjust so diet + supplement = 1,000–1,200 mg/d",
            patientInstruction="Once a day with a meal. Food and supplement together should give 1,000 to "
            "1,200 mg of calcium a day. If you also take a bone tablet such as alendronate, take that first "
            "and wait at least 30 minutes.",
            # C is "with a meal", whichever: only alendronate claims the time before breakfast.
            timing=Timing(
                repeat=TimingRepeat(frequency=1, period=Decimal(1), periodUnit="d", when=["C"]),
                code=concept("once daily with food"),
            ),
            asNeededBoolean=False,
            route=ORAL,
            doseAndRate=_ordered(quantity(1250, "mg", "mg")),
        )
    ],
)

VITAMIN_D = MedicationRequest(
    **order("Vitamin D intake for bone health"),
    medicationCodeableConcept=_medication(
        "2418", "Cholecalciferol", "vitamin D3 (cholecalciferol) 1,000 IU, once daily"
    ),
    dosageInstruction=[
        Dosage(
            sequence=1,
            text="Take 1,000 IU of vitamin D3 by mouth ONCE A DAY",
            patientInstruction="Once a day. If you also take a bone tablet such as alendronate, take that "
            "first and wait at least 30 minutes.",
            timing=Timing(
                repeat=TimingRepeat(frequency=1, period=Decimal(1), periodUnit="d"),
                code=concept("once daily"),
            ),
            asNeededBoolean=False,
            route=ORAL,
            doseAndRate=_ordered(quantity(1000, "IU", "[iU]")),
        )
    ],
)

MEDICATIONS: Mapping[str, MedicationRequest] = {
    "start-alendronate": ALENDRONATE,
    "calcium": CALCIUM,
    "vitamin-d": VITAMIN_D,
}
"""By the guideline's suggestion id."""
