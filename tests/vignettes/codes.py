"""The codes of the two encodings. A test holds each of them against the value set of the concept it claims."""

from enum import StrEnum
from typing import NamedTuple

from fhir_mappings.concepts import Concept

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
CPT = "http://www.ama-assn.org/go/cpt"
ICD10_PCS = "http://www.cms.gov/Medicare/Coding/ICD10"


class Encoding(StrEnum):
    """Two hospitals that write the same story differently."""

    SNOMED = "snomed"
    ICD10 = "icd10"


class Code(NamedTuple):
    """A code with the name the chart shows for it."""

    system: str
    code: str
    display: str | None = None


class Coded(NamedTuple):
    """One concept in both encodings."""

    concept: Concept
    snomed: Code
    icd10: Code

    def by(self, encoding: Encoding) -> Code:
        """The code that the hospital of this encoding writes."""
        return self.snomed if encoding is Encoding.SNOMED else self.icd10


def _sct(code: str, display: str) -> Code:
    return Code(SNOMED, code, display)


def _icd(code: str, display: str) -> Code:
    return Code(ICD10, code, display)


def _loinc(code: str, display: str | None = None) -> Code:
    return Code(LOINC, code, display)


CONDITIONS: dict[str, Coded] = {
    "osteopenia": Coded(
        Concept.OSTEOPENIA,
        _sct("312894000", "Osteopenia"),
        _icd("M85.80", "Other specified disorders of bone density and structure, unspecified site"),
    ),
    "osteoporosis": Coded(
        Concept.OSTEOPOROSIS,
        _sct("64859006", "Osteoporosis"),
        _icd("M81.0", "Age-related osteoporosis without current pathological fracture"),
    ),
    "achalasia": Coded(
        Concept.ACHALASIA, _sct("45564002", "Achalasia of esophagus"), _icd("K22.0", "Achalasia of cardia")
    ),
    "esophageal_stricture": Coded(
        Concept.ESOPHAGEAL_STRICTURE,
        _sct("63305008", "Stricture of esophagus"),
        _icd("K22.2", "Esophageal obstruction"),
    ),
    "esophageal_varices": Coded(
        Concept.ESOPHAGEAL_VARICES,
        _sct("28670008", "Esophageal varices"),
        _icd("I85.00", "Esophageal varices without bleeding"),
    ),
    "barrett": Coded(
        Concept.ESOPHAGEAL_OTHER,
        _sct("302914006", "Barrett's esophagus"),
        _icd("K22.70", "Barrett's esophagus without dysplasia"),
    ),
    "reflux": Coded(
        Concept.ESOPHAGEAL_OTHER,
        _sct("235595009", "Gastroesophageal reflux disease"),
        _icd("K21.9", "Gastro-esophageal reflux disease without esophagitis"),
    ),
    "cannot_sit_upright": Coded(
        Concept.CANNOT_SIT_UPRIGHT, _sct("160685001", "Bed-ridden"), _icd("Z74.01", "Bed confinement status")
    ),
    "wheelchair": Coded(
        Concept.CANNOT_SIT_UPRIGHT,
        _sct("225612007", "Wheelchair bound"),
        _icd("Z99.3", "Dependence on wheelchair"),
    ),
    "hospice": Coded(
        Concept.HOSPICE_PALLIATIVE,
        _sct("385763009", "Hospice care"),
        _icd("Z51.5", "Encounter for palliative care"),
    ),
    "postmenopausal": Coded(
        Concept.MENOPAUSE,
        _sct("76498008", "Postmenopausal state"),
        _icd("Z78.0", "Asymptomatic menopausal state"),
    ),
    "bilateral_oophorectomy": Coded(
        Concept.BILATERAL_OOPHORECTOMY,
        _sct("391083006", "History of bilateral oophorectomy"),
        _icd("Z90.722", "Acquired absence of ovaries, bilateral"),
    ),
    "pregnancy": Coded(
        Concept.PREGNANCY, _sct("77386006", "Pregnancy"), _icd("Z33.1", "Pregnant state, incidental")
    ),
    "lactation": Coded(
        Concept.LACTATION,
        _sct("866041003", "Mother currently breastfeeding"),
        _icd("Z39.1", "Encounter for care and examination of lactating mother"),
    ),
    "onj": Coded(
        Concept.ONJ,
        _icd("M87.180", "Osteonecrosis due to drugs, jaw"),
        _icd("M87.180", "Osteonecrosis due to drugs, jaw"),
    ),
    "atypical_femoral_fracture": Coded(
        Concept.ATYPICAL_FEMORAL_FRACTURE,
        _sct("890095006", "Atypical fracture of femur"),
        _icd("M84.750A", "Atypical femoral fracture, unspecified, initial encounter for fracture"),
    ),
    "bisphosphonates_contraindicated": Coded(
        Concept.BISPHOSPHONATE_CONTRAINDICATED,
        _sct("417128001", "Bisphosphonates contraindicated"),
        _sct("417128001", "Bisphosphonates contraindicated"),
    ),
    "hyperparathyroidism": Coded(
        Concept.HYPERPARATHYROIDISM,
        _sct("66999008", "Hyperparathyroidism"),
        _icd("E21.3", "Hyperparathyroidism, unspecified"),
    ),
    "kidney_stone": Coded(
        Concept.NEPHROLITHIASIS, _sct("95570007", "Kidney stone"), _icd("N20.0", "Calculus of kidney")
    ),
    "sarcoidosis": Coded(
        Concept.SARCOID_GRANULOMATOUS, _sct("31541009", "Sarcoidosis"), _icd("D86.0", "Sarcoidosis of lung")
    ),
    "alcohol_use_disorder": Coded(
        Concept.ALCOHOL_DISORDER,
        _sct("7200002", "Alcoholism"),
        _icd("F10.20", "Alcohol dependence, uncomplicated"),
    ),
    "celiac": Coded(
        Concept.CELIAC_MALABSORPTION, _sct("396331005", "Celiac disease"), _icd("K90.0", "Celiac disease")
    ),
    "myeloma": Coded(
        Concept.MULTIPLE_MYELOMA,
        _sct("109989006", "Multiple myeloma"),
        _icd("C90.00", "Multiple myeloma not having achieved remission"),
    ),
    "hypogonadism": Coded(
        Concept.HYPOGONADISM,
        _sct("48130008", "Hypogonadism"),
        _icd("E29.1", "Testicular hypofunction"),
    ),
    "rheumatoid_arthritis": Coded(
        Concept.RHEUMATOID_ARTHRITIS,
        _sct("69896004", "Rheumatoid arthritis"),
        _icd("M06.9", "Rheumatoid arthritis, unspecified"),
    ),
    "hypocalcemia": Coded(
        Concept.HYPOCALCEMIA, _sct("5291005", "Hypocalcemia"), _icd("E83.51", "Hypocalcemia")
    ),
    "paget": Coded(
        Concept.PAGET_DISEASE_BONE,
        _sct("2089002", "Osteitis deformans"),
        _icd("M88.9", "Osteitis deformans of unspecified bone"),
    ),
    "thrombosis": Coded(
        Concept.VTE_STROKE_HISTORY,
        _sct("128053003", "Deep venous thrombosis"),
        _icd("Z86.718", "Personal history of other venous thrombosis and embolism"),
    ),
    "dialysis": Coded(
        Concept.KIDNEY_FAILURE,
        _sct("105502003", "Dependence on renal dialysis"),
        _icd("Z99.2", "Dependence on renal dialysis"),
    ),
    "parental_hip_fracture": Coded(
        Concept.PARENTAL_HIP_FRACTURE,
        _sct("391096007", "Family history: Maternal hip fracture"),
        _sct("445501000124107", "Family history of hip fracture in parent"),
    ),
}

HIP = Coded(
    Concept.FRACTURE_HIP,
    _sct("5913000", "Fracture of neck of femur"),
    _icd("S72.001A", "Fracture of unspecified part of neck of right femur, initial encounter"),
)
WEDGE = Coded(
    Concept.FRACTURE_VERTEBRA,
    _sct("426646004", "Compression fracture of lumbar spine"),
    _icd("S32.010A", "Wedge compression fracture of first lumbar vertebra, initial encounter"),
)
DISTAL_FOREARM = Coded(
    Concept.FRACTURE_DISTAL_FOREARM,
    _sct("263199001", "Fracture of distal end of radius"),
    _icd("S52.501A", "Unspecified fracture of the lower end of right radius, initial encounter"),
)
FALL = Coded(
    Concept.LOW_ENERGY_FALL,
    _sct("75354000", "Fall on ice"),
    _icd("W01.0XXA", "Fall on same level from slipping, tripping and stumbling, initial encounter"),
)
OTHER_FALL = Coded(
    Concept.LOW_ENERGY_FALL,
    _sct("20902002", "Fall from bed"),
    _icd("W18.30XA", "Fall on same level, unspecified, initial encounter"),
)
CAR = Coded(
    Concept.HIGH_ENERGY_MECHANISM,
    _sct("214056004", "Motor vehicle traffic accident involving re-entrant collision with another vehicle"),
    _icd("V43.52XA", "Car driver injured in collision with other type car in traffic accident"),
)
UNSPECIFIED_FALL = Coded(
    Concept.FALL_UNSPECIFIED,
    _icd("W19.XXXA", "Unspecified fall, initial encounter"),
    _icd("W10.9XXA", "Fall (on) (from) unspecified stairs and steps, initial encounter"),
)

FRACTURES: dict[tuple[str, str], tuple[Coded, Coded | None]] = {
    ("hip", "fragility"): (
        Coded(
            Concept.FRACTURE_HIP,
            _sct("704334005", "Osteoporotic fracture of proximal femur"),
            HIP.icd10,
        ),
        FALL,
    ),
    ("hip", "coded_osteoporotic"): (
        Coded(
            Concept.FRACTURE_HIP,
            _sct("11314881000119100", "Pathological fracture of right hip due to osteoporosis"),
            _icd("M80.051A", "Age-related osteoporosis with current pathological fracture, right femur"),
        ),
        None,
    ),
    ("hip", "fall"): (HIP, OTHER_FALL),
    ("hip", "unspecified_fall"): (HIP, UNSPECIFIED_FALL),
    ("hip", "high_energy"): (HIP, CAR),
    ("hip", "unknown"): (HIP, None),
    ("hip", "pathological"): (
        Coded(
            Concept.FRACTURE_PATHOLOGICAL_NEC,
            _sct("409666003", "Pathological fracture of neck of femur"),
            _icd("M84.459A", "Pathological fracture, hip, unspecified, initial encounter for fracture"),
        ),
        None,
    ),
    ("vertebra", "fragility"): (
        Coded(
            Concept.OSTEOPOROSIS_WITH_FRACTURE,
            _sct("203450003", "Osteoporotic fracture of lumbar vertebra"),
            _icd("M80.08XA", "Age-related osteoporosis with current pathological fracture, vertebra(e)"),
        ),
        None,
    ),
    ("vertebra", "neoplastic"): (
        Coded(
            Concept.FRACTURE_NONOSTEOPOROTIC,
            _sct("866087009", "Pathologic fracture of vertebra at site of metastatic neoplasm"),
            _icd("M84.58XA", "Pathological fracture in neoplastic disease, other specified site"),
        ),
        None,
    ),
    ("vertebra_wedge", "unknown"): (WEDGE, None),
    ("vertebra_wedge", "high_energy"): (WEDGE, CAR),
    ("vertebra_burst", "unknown"): (
        Coded(
            Concept.FRACTURE_VERTEBRA,
            _sct("15724005", "Fracture of vertebral column without spinal cord injury"),
            _icd("S32.011A", "Stable burst fracture of first lumbar vertebra, initial encounter"),
        ),
        None,
    ),
    ("distal_forearm", "fragility"): (DISTAL_FOREARM, FALL),
    ("distal_forearm", "unknown"): (DISTAL_FOREARM, None),
    ("proximal_humerus", "fragility"): (
        Coded(
            Concept.FRACTURE_PROXIMAL_HUMERUS,
            _sct("127286005", "Fracture of upper end of humerus"),
            _icd("S42.201A", "Unspecified fracture of upper end of right humerus, initial encounter"),
        ),
        FALL,
    ),
    ("pelvis", "fragility"): (
        Coded(
            Concept.FRACTURE_PELVIS,
            _sct("91037003", "Closed fracture of pelvis"),
            _sct("91037003", "Closed fracture of pelvis"),
        ),
        FALL,
    ),
    ("proximal_humerus", "unknown"): (
        Coded(
            Concept.FRACTURE_PROXIMAL_HUMERUS,
            _sct("127286005", "Fracture of upper end of humerus"),
            _icd("S42.201A", "Unspecified fracture of upper end of right humerus, initial encounter"),
        ),
        None,
    ),
    ("finger", "fragility"): (
        Coded(
            Concept.FRACTURE_NOT_FRAGILITY_SITE,
            _icd("S62.600A", "Fracture of unspecified phalanx of right index finger, initial encounter"),
            _icd("S62.600A", "Fracture of unspecified phalanx of right index finger, initial encounter"),
        ),
        FALL,
    ),
}
"""By site and by what is known of the mechanism: the fracture, and the cause coded beside it."""

DRUGS: dict[str, Coded] = {
    "alendronate": Coded(
        Concept.ALENDRONATE_70MG_TABLET,
        Code(RXNORM, "904431", "alendronic acid 70 MG Oral Tablet"),
        Code(RXNORM, "904433", "alendronic acid 70 MG Oral Tablet [Fosamax]"),
    ),
    "risedronate": Coded(
        Concept.RISEDRONATE, Code(RXNORM, "73056", "Risedronate"), Code(ATC, "M05BA07", "risedronic acid")
    ),
    "zoledronic_acid": Coded(
        Concept.ZOLEDRONIC_ACID,
        Code(RXNORM, "705824", "100 ML zoledronic acid 0.05 MG/ML Injection"),
        Code(ATC, "M05BA08", "zoledronic acid"),
    ),
    "denosumab": Coded(
        Concept.DENOSUMAB,
        Code(RXNORM, "993452", "1 ML denosumab 60 MG/ML Prefilled Syringe"),
        Code(RXNORM, "993456", "1 ML denosumab 60 MG/ML Prefilled Syringe [Prolia]"),
    ),
    "raloxifene": Coded(
        Concept.RALOXIFENE,
        Code(RXNORM, "1490065", "raloxifene hydrochloride 60 MG Oral Tablet"),
        Code(ATC, "G03XC01", "raloxifene"),
    ),
    "estradiol": Coded(
        Concept.ESTROGEN_THERAPY_INGREDIENTS,
        Code(RXNORM, "4083", "Estradiol"),
        Code(RXNORM, "4083", "Estradiol"),
    ),
    "calcium": Coded(
        Concept.CALCIUM_SUPPLEMENT,
        Code(RXNORM, "1897", "Calcium Carbonate"),
        Code(ATC, "A12AA04", "calcium carbonate"),
    ),
    "cholecalciferol": Coded(
        Concept.VITAMIN_D_SUPPLEMENT,
        Code(RXNORM, "2418", "Cholecalciferol"),
        Code(ATC, "A11CC05", "colecalciferol"),
    ),
    "prednisone": Coded(
        Concept.GLUCOCORTICOID_INGREDIENTS,
        Code(RXNORM, "8640", "Prednisone"),
        Code(ATC, "H02AB07", "prednisone"),
    ),
    "methylprednisolone": Coded(
        Concept.GLUCOCORTICOID_INGREDIENTS,
        Code(RXNORM, "6902", "Methylprednisolone"),
        Code(ATC, "H02AB04", "methylprednisolone"),
    ),
    "dexamethasone": Coded(
        Concept.GLUCOCORTICOID_INGREDIENTS,
        Code(RXNORM, "3264", "Dexamethasone"),
        Code(ATC, "H02AB02", "dexamethasone"),
    ),
    "hydrocortisone": Coded(
        Concept.GLUCOCORTICOID_INGREDIENTS,
        Code(RXNORM, "5492", "Hydrocortisone"),
        Code(ATC, "H02AB09", "hydrocortisone"),
    ),
    "budesonide": Coded(
        Concept.GLUCOCORTICOID_EXCLUDED,
        Code(RXNORM, "19831", "Budesonide"),
        Code(ATC, "A07EA06", "budesonide"),
    ),
    "aromatase_inhibitor": Coded(
        Concept.AROMATASE_INHIBITORS,
        Code(RXNORM, "200064", "letrozole 2.5 MG Oral Tablet"),
        Code(ATC, "L02BG04", "letrozole"),
    ),
    "adt": Coded(
        Concept.ADT_GNRH,
        Code(RXNORM, "1946519", "3-Month 1.5 ML leuprolide acetate 20 MG/ML Prefilled Syringe"),
        Code(ATC, "L02AE02", "leuprorelin"),
    ),
}

PRODUCTS: dict[tuple[str, float], Coded] = {
    ("alendronate", 70): DRUGS["alendronate"],
    ("alendronate", 10): Coded(
        Concept.ALENDRONATE_10MG_TABLET,
        Code(RXNORM, "904419", "Alendronic acid 10 MG Oral Tablet"),
        Code(RXNORM, "904421", "Alendronic acid 10 MG Oral Tablet [Fosamax]"),
    ),
    ("alendronate_with_d", 70): Coded(
        Concept.ALENDRONATE_PLUS_D3,
        Code(RXNORM, "904492", "alendronic acid 70 MG / cholecalciferol 2800 UNT Oral Tablet"),
        Code(RXNORM, "904462", "alendronic acid 70 MG / cholecalciferol 5600 UNT Oral Tablet"),
    ),
    ("zoledronic_acid", 4): Coded(
        Concept.ZOLEDRONIC_ACID_4MG_ONCOLOGY,
        Code(RXNORM, "351114", "5 ML zoledronic acid 0.8 MG/ML Injection"),
        Code(RXNORM, "351945", "5 ML zoledronic acid 0.8 MG/ML Injection [Zometa]"),
    ),
}
"""Products whose code tells the strength."""
SUBSTANCES: dict[str, Coded] = {
    "alendronate": Coded(
        Concept.ALENDRONATE_INGREDIENT,
        Code(RXNORM, "46041", "Alendronate"),
        Code(ATC, "M05BA04", "alendronic acid"),
    ),
    "ibandronate": Coded(
        Concept.IBANDRONATE,
        Code(RXNORM, "115264", "Ibandronate"),
        Code(ATC, "M05BA06", "ibandronic acid"),
    ),
    "calcitonin": Coded(
        Concept.CALCITONIN,
        Code(RXNORM, "36118", "salmon calcitonin"),
        Code(ATC, "H05BA01", "calcitonin (salmon synthetic)"),
    ),
}


def of_drug(drug: str) -> Coded:
    """The drug as a chart mostly has it: a product where there is a code for one, else the substance."""
    return DRUGS.get(drug) or SUBSTANCES[drug]


NATIONAL_DRUG_CODES: dict[tuple[str, float], str] = {
    ("alendronate", 70): "00115-1681-08",
    ("alendronate", 10): "00115-1678-08",
}
DXA = Coded(Concept.DXA_ORDER_CPT, Code(CPT, "77080"), Code(CPT, "77085"))
DENTAL_EXAM = Coded(
    Concept.DENTAL_EXAM,
    _sct("34043003", "Dental consultation and report"),
    Code("http://www.ada.org/cdt", "D0120"),
)

ALLERGENS: dict[str, Coded] = {
    "alendronate": Coded(
        Concept.BISPHOSPHONATE_ALLERGY,
        Code(RXNORM, "46041", "Alendronate"),
        Code(ATC, "M05BA04", "alendronic acid"),
    ),
    "risedronate": Coded(
        Concept.BISPHOSPHONATE_ALLERGY,
        Code(RXNORM, "73056", "Risedronate"),
        Code(ATC, "M05BA07", "risedronic acid"),
    ),
}

PROCEDURES: dict[str, Coded] = {
    "hospice_admission": Coded(
        Concept.HOSPICE_PALLIATIVE,
        _sct("305336008", "Admission to hospice"),
        _sct("183920000", "Routine admission to hospice"),
    ),
    "variceal_banding": Coded(
        Concept.VARICEAL_BANDING_SCLEROTHERAPY,
        Code(CPT, "43244"),
        Code(ICD10_PCS, "06L38CZ", "Occlusion of Esophageal Vein with Extraluminal Device"),
    ),
}

PREGNANT = Coded(Concept.PREGNANCY, _sct("77386006", "Pregnancy"), _loinc("LA15173-0", "Pregnant"))
BODY_SITES: dict[str, Code] = {
    "lumbar_spine": _sct("122496007", "Lumbar spine structure"),
    "femoral_neck": _sct("29627003", "Structure of neck of femur"),
    "total_hip": _sct("24136001", "Hip joint structure"),
    "radius_33": _sct("62413002", "Bone structure of radius"),
    "radius": _sct("62413002", "Bone structure of radius"),
}
SPINE = Coded(
    Concept.T_SCORE_LUMBAR_SPINE,
    _loinc("38267-1", "DXA Lumbar spine [T-score] Bone density"),
    _loinc("104938-6", "DXA Spine [T-score] Bone density"),
)
FEMUR = Coded(
    Concept.T_SCORE_FEMORAL_NECK_OR_FEMUR,
    _loinc("38263-0", "DXA Femur [T-score] Bone density"),
    _loinc("80948-3", "DXA Femur - left [T-score] Bone density"),
)
TOTAL_HIP = Coded(
    Concept.T_SCORE_TOTAL_HIP,
    _loinc("38264-8", "DXA Hip [T-score] Bone density"),
    _loinc("80946-7", "DXA Hip-L T-score BMD"),
)
RIGHT_HIP = Coded(
    Concept.T_SCORE_TOTAL_HIP,
    _loinc("38264-8", "DXA Hip [T-score] Bone density"),
    _loinc("80945-9", "DXA Hip - right [T-score] Bone density"),
)
FOREARM = Coded(
    Concept.T_SCORE_FOREARM,
    _loinc("38265-5", "DXA Radius and Ulna [T-score] Bone density"),
    _loinc("80944-2", "DXA Radius and Ulna - left [T-score] Bone density"),
)
T_SCORES: dict[str, Coded] = {
    "lumbar_spine": SPINE,
    "femoral_neck": FEMUR,
    "total_hip": TOTAL_HIP,
    "radius_33": FOREARM,
    "radius": FOREARM,
    "unspecified": Coded(
        Concept.T_SCORE_FOREARM,
        _loinc("38265-5", "DXA [T-score] Bone density"),
        _loinc("38265-5", "DXA [T-score] Bone density"),
    ),
    "calcaneus": Coded(
        Concept.T_SCORE_EXCLUDED_SITES,
        _loinc("38266-3", "DXA Calcaneus [T-score] Bone density"),
        _loinc("80950-9", "DXA Calcaneus - left [T-score] Bone density"),
    ),
}
"""The last but one is what the Synthea generator writes for every site."""

Z_SCORE = Coded(
    Concept.Z_SCORE_CODES_EXCLUDED,
    _loinc("80933-5", "DXA Hip [Z-score] Bone density"),
    _loinc("80938-4", "DXA Hip - left [Z-score] Bone density"),
)
DXA_PANEL = _loinc("83311-1", "Bone density quantitative measurement by DXA panel")
DXA_REPORT = _loinc("38269-7", "Study report Skeletal system DXA")
FRAX_HIP = _loinc("90266-8", "Hip fracture 10-year probability")
FRAX_MAJOR = _loinc("90265-0", "Major osteoporotic fracture 10-year probability")
SMOKING = _loinc("72166-2", "Tobacco smoking status")
SMOKERS: dict[str, Coded] = {
    "current": Coded(
        Concept.SMOKING_CURRENT,
        _sct("449868002", "Smokes tobacco daily"),
        _loinc("LA18976-3", "Current every day smoker"),
    ),
    "former": Coded(
        Concept.SMOKING_NOT_CURRENT, _sct("8517006", "Ex-smoker"), _loinc("LA15920-4", "Former smoker")
    ),
    "never": Coded(
        Concept.SMOKING_NOT_CURRENT,
        _sct("266919005", "Never smoked tobacco"),
        _loinc("LA18978-9", "Never smoker"),
    ),
    "unknown": Coded(
        Concept.SMOKING_NOT_CURRENT,
        _sct("266927001", "Unknown if ever smoked"),
        _loinc("LA18980-5", "Unknown if ever smoked"),
    ),
}
ALCOHOL = _loinc("74013-4", "Alcoholic drinks per day")
HEIGHT = Coded(Concept.BODY_HEIGHT, _loinc("8302-2", "Body height"), _loinc("3137-7", "Body height Measured"))
LAST_MENSTRUAL_PERIOD = _loinc("8665-2", "Last menstrual period start date")
PREGNANCY_STATUS = _loinc("82810-3", "Pregnancy status")
WEIGHT = Coded(
    Concept.BODY_WEIGHT, _loinc("29463-7", "Body weight"), _loinc("3141-9", "Body weight Measured")
)

LABS: dict[tuple[str, str], Coded] = {
    ("calcium", "mass"): Coded(
        Concept.CALCIUM_TOTAL,
        _loinc("17861-6", "Calcium [Mass/volume] in Serum or Plasma"),
        _loinc("49765-1"),
    ),
    ("calcium", "molar"): Coded(
        Concept.CALCIUM_TOTAL,
        _loinc("2000-8", "Calcium [Moles/volume] in Serum or Plasma"),
        _loinc("2000-8"),
    ),
    ("ionizedCa", "molar"): Coded(
        Concept.CALCIUM_IONIZED,
        _loinc("1995-0", "Calcium.ionized [Moles/volume] in Serum or Plasma"),
        _loinc("12180-6"),
    ),
    ("ionizedCa", "mass"): Coded(
        Concept.CALCIUM_IONIZED,
        _loinc("17863-2", "Calcium.ionized [Mass/volume] in Serum or Plasma"),
        _loinc("17863-2"),
    ),
    ("albumin", "mass"): Coded(
        Concept.ALBUMIN_SERUM, _loinc("1751-7", "Albumin [Mass/volume] in Serum or Plasma"), _loinc("1751-7")
    ),
    ("egfr", "mass"): Coded(
        Concept.EGFR,
        _loinc("98979-8", "Glomerular filtration rate/1.73 sq M.predicted (CKD-EPI 2021)"),
        _loinc("69405-9"),
    ),
    ("creatinine", "mass"): Coded(
        Concept.CREATININE_SERUM,
        _loinc("2160-0", "Creatinine [Mass/volume] in Serum or Plasma"),
        _loinc("38483-4"),
    ),
    ("creatinine", "molar"): Coded(
        Concept.CREATININE_SERUM,
        _loinc("14682-9", "Creatinine [Moles/volume] in Serum or Plasma"),
        _loinc("14682-9"),
    ),
    ("vitD", "mass"): Coded(
        Concept.VITAMIN_D_25OH,
        _loinc("62292-8", "25-Hydroxyvitamin D3+25-Hydroxyvitamin D2 [Mass/volume] in Serum or Plasma"),
        _loinc("1989-3"),
    ),
    ("vitD", "molar"): Coded(
        Concept.VITAMIN_D_25OH,
        _loinc("14635-7", "25-hydroxyvitamin D3 [Moles/volume] in Serum or Plasma"),
        _loinc("14635-7"),
    ),
    ("pth", "mass"): Coded(
        Concept.PTH_INTACT,
        _loinc("2731-8", "Parathyrin.intact [Mass/volume] in Serum or Plasma"),
        _loinc("2731-8"),
    ),
    ("alp", "mass"): Coded(
        Concept.ALKALINE_PHOSPHATASE,
        _loinc("6768-6", "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma"),
        _loinc("6768-6"),
    ),
    ("tsh", "mass"): Coded(
        Concept.TSH, _loinc("3016-3", "Thyrotropin [Units/volume] in Serum or Plasma"), _loinc("11580-8")
    ),
}
"""By name and by whether the unit is one of mass or of moles."""
