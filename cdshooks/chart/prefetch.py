"""What the guideline asks an EHR for, as prefetch templates of CDS Hooks 2.0.

The templates keep to the subset that every client resolves: reads and type searches, `patient` and `code`
by equality, `_count`, one root-level token; no includes, no modifiers, no repeated parameters, no dates (a
client that cannot compute them skips the whole template). Observations and reports are asked for by the
codes of the value sets. Conditions, medicines and allergies are asked for whole: their ICD-10 families have
thousands of codes, names known only as text count for safety, and EHRs rarely search them by code.
"""

import functools
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

import msgspec

from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Source
from fhir_mappings.value_sets import Terminology

# Servers page at 20 or so unless asked for more, and a page that is missing is a fact that is missing.
PAGE = 250
_PATIENT = "{{context.patientId}}"
_ENCODED = 1024
"""Templates of which the encoded form is kept: some dozens for each set of codes that a client has."""


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """One prefetch key: the resource type asked for, by which concepts, and the part of the chart it feeds."""

    key: str
    resource_type: str
    source: Source
    concepts: tuple[Concept, ...] = ()
    required: bool = False
    elsewhere: bool = False
    """Another place for the facts of its source, which few systems use: to find nothing there, or not to be
    sent it, leaves no gap."""

    def template(self, terminology: Terminology) -> str:
        """The FHIR read or search, relative to the client's FHIR server."""
        if self.resource_type == "Patient":
            return f"Patient/{_PATIENT}"
        search = f"{self.resource_type}?patient={_PATIENT}"
        codes = dict.fromkeys(
            f"{system}|{code}" for concept in self.concepts for system, code in terminology.codes(concept)
        )
        if codes:
            search += f"&code={','.join(codes)}"
        return f"{search}&_count={PAGE}"

    def path(self, patient_id: str, terminology: Terminology) -> str:
        """The same for one patient, encoded as it stands in a URL."""
        return _encoded(self, terminology).replace(_PATIENT, patient_id)


@functools.lru_cache(_ENCODED)
def _encoded(query: Query, terminology: Terminology) -> str:
    # The codes are many, and change only with the settings.
    kind, mark, rest = query.template(terminology).partition("?")
    return f"{kind}{mark}{urlencode(parse_qsl(rest, keep_blank_values=True), safe='{}')}"


PATIENT_VIEW: tuple[Query, ...] = (
    Query(key="patient", resource_type="Patient", source=Source.PATIENT, required=True),
    Query(
        key="bone-density",
        resource_type="Observation",
        source=Source.BONE_DENSITY,
        concepts=(
            Concept.T_SCORE_LUMBAR_SPINE,
            Concept.T_SCORE_FEMORAL_NECK_OR_FEMUR,
            Concept.T_SCORE_TOTAL_HIP,
            Concept.T_SCORE_FOREARM,
            # Panels and densities carry T-scores in their components.
            Concept.DXA_STUDY,
            Concept.BMD_MASS_AREA,
        ),
        required=True,
    ),
    Query(
        key="dxa-reports",
        resource_type="DiagnosticReport",
        source=Source.DXA_REPORTS,
        concepts=(Concept.DXA_STUDY, Concept.DXA_ORDER_CPT, Concept.DXA_PROCEDURE_SNOMED),
    ),
    Query(
        key="frax",
        resource_type="Observation",
        source=Source.FRAX,
        concepts=(Concept.FRAX_HIP, Concept.FRAX_MOF),
    ),
    Query(key="risk-assessments", resource_type="RiskAssessment", source=Source.FRAX, elsewhere=True),
    Query(
        key="labs",
        resource_type="Observation",
        source=Source.LABS,
        concepts=(
            Concept.CALCIUM_TOTAL,
            Concept.CALCIUM_IONIZED,
            Concept.ALBUMIN_SERUM,
            Concept.CREATININE_SERUM,
            Concept.EGFR,
            Concept.EGFR_RACE_BASED,
            Concept.VITAMIN_D_25OH,
            Concept.TSH,
            Concept.PTH_INTACT,
            Concept.ALKALINE_PHOSPHATASE,
            Concept.TESTOSTERONE_TOTAL,
        ),
    ),
    Query(
        key="body-measures",
        resource_type="Observation",
        source=Source.BODY_MEASURES,
        concepts=(Concept.BODY_WEIGHT, Concept.BODY_HEIGHT, Concept.BMI),
    ),
    Query(
        key="lifestyle",
        resource_type="Observation",
        source=Source.LIFESTYLE,
        concepts=(
            Concept.SMOKING_STATUS,
            Concept.ALCOHOL_INTAKE,
            Concept.FALLS_HISTORY,
            # Charts state situations as observations too, with yes or no or without any value.
            Concept.PARENTAL_HIP_FRACTURE,
            Concept.CANNOT_SIT_UPRIGHT,
        ),
    ),
    Query(key="family-history", resource_type="FamilyMemberHistory", source=Source.FAMILY_HISTORY),
    Query(
        key="reproductive-status",
        resource_type="Observation",
        source=Source.REPRODUCTIVE_STATUS,
        concepts=(Concept.PREGNANCY_STATUS_OBS, Concept.LAST_MENSTRUAL_PERIOD),
    ),
    Query(key="conditions", resource_type="Condition", source=Source.CONDITIONS),
    Query(key="medication-requests", resource_type="MedicationRequest", source=Source.MEDICATIONS),
    Query(key="medication-statements", resource_type="MedicationStatement", source=Source.MEDICATIONS),
    Query(key="medication-dispenses", resource_type="MedicationDispense", source=Source.DISPENSES),
    Query(
        key="medication-administrations",
        resource_type="MedicationAdministration",
        source=Source.ADMINISTRATIONS,
    ),
    Query(key="allergies", resource_type="AllergyIntolerance", source=Source.ALLERGIES),
    Query(
        key="procedures",
        resource_type="Procedure",
        source=Source.PROCEDURES,
        concepts=(
            Concept.VARICEAL_BANDING_SCLEROTHERAPY,
            Concept.ESOPHAGEAL_BLEEDING_CONTROL_NONSPECIFIC,
            Concept.BILATERAL_OOPHORECTOMY,
            Concept.BONE_DRUG_GIVEN,
            Concept.CONTRACEPTIVE_DEVICE,
            Concept.ABSENT_PERIODS_OTHER_CAUSE,
            Concept.ORCHIECTOMY_BILATERAL,
            Concept.ORCHIECTOMY_UNSPECIFIED,
            Concept.BARIATRIC_SURGERY,
            Concept.KIDNEY_FAILURE,
            Concept.HOSPICE_PALLIATIVE,
            Concept.DENTAL_EXAM,
        ),
    ),
)


ORDERS: tuple[Query, ...] = tuple(msgspec.structs.replace(query, required=False) for query in PATIENT_VIEW)
"""What an order is held against: the whole chart, and nothing of it required. A dose can be checked without."""


def templates(queries: tuple[Query, ...], terminology: Terminology) -> Mapping[str, str]:
    """The prefetch templates of a service, by key."""
    return {query.key: query.template(terminology) for query in queries}
