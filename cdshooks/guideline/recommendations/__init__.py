"""One recommendation, one module: citation, named thresholds, condition, finding. Their order is the rule."""

from cdshooks.guideline.decision import Rule
from cdshooks.guideline.recommendations.cancer_therapy import CANCER_THERAPY
from cdshooks.guideline.recommendations.frax import FRAX_HIP, FRAX_MAJOR
from cdshooks.guideline.recommendations.glucocorticoid import GLUCOCORTICOID
from cdshooks.guideline.recommendations.hip_or_vertebral_fracture import HIP_OR_VERTEBRAL_FRACTURE
from cdshooks.guideline.recommendations.on_therapy import ON_THERAPY
from cdshooks.guideline.recommendations.other_fragility_fracture import (
    OTHER_FRACTURE,
    OTHER_FRACTURE_WITH_LOW_BONE_MASS,
)
from cdshooks.guideline.recommendations.scope import DEMOGRAPHICS, HOSPICE, PEDIATRIC, PREGNANCY, YOUNG
from cdshooks.guideline.recommendations.t_score import (
    NO_USABLE_T_SCORE,
    OSTEOPENIA_FRAX_BELOW,
    OSTEOPENIA_WITHOUT_FRAX,
    T_SCORE_NORMAL,
    T_SCORE_OSTEOPOROSIS,
)
from cdshooks.guideline.recommendations.t_score_with_risk_factors import rules as with_risk_factors

GATES: tuple[Rule, ...] = (HOSPICE, PEDIATRIC, PREGNANCY, DEMOGRAPHICS, YOUNG, ON_THERAPY)
"""The first that is met ends the matter (G0–G4)."""

TREATMENT: tuple[Rule, ...] = (
    HIP_OR_VERTEBRAL_FRACTURE,
    T_SCORE_OSTEOPOROSIS,
    OTHER_FRACTURE_WITH_LOW_BONE_MASS,
    FRAX_HIP,
    FRAX_MAJOR,
    GLUCOCORTICOID,
    CANCER_THERAPY,
)
"""All are looked at, so that a card can name each that is met (T). The last two may only ask to consider."""

CONSIDERATION: tuple[Rule, ...] = (OTHER_FRACTURE, *with_risk_factors(extra=False))
"""All are looked at where nothing indicates treatment (K)."""
WIDER_CONSIDERATION: tuple[Rule, ...] = (OTHER_FRACTURE, *with_risk_factors(extra=True))
"""The same, counting the extra risk factors too."""

CLASSES: tuple[Rule, ...] = (
    OSTEOPENIA_WITHOUT_FRAX,
    OSTEOPENIA_FRAX_BELOW,
    T_SCORE_NORMAL,
    NO_USABLE_T_SCORE,
)
"""Where nothing asks for a drug, the first that is met says what to do (F, N)."""
