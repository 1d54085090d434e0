"""What speaks against alendronate (GUIDELINE section 0, 5): blocks withhold the draft, cautions unmark it.

None of them changes the indication.
"""

from cdshooks.guideline.bars.caution_not_known import CAUTION_NOT_KNOWN
from cdshooks.guideline.bars.esophagus import (
    BLOCK_BANDING,
    BLOCK_ESOPHAGEAL,
    BLOCK_UPRIGHT,
    CAUTION_ESOPHAGITIS,
    CAUTION_VARICES,
)
from cdshooks.guideline.bars.hypersensitivity import BLOCK_HYPERSENSITIVITY, CAUTION_INTOLERANCE
from cdshooks.guideline.bars.hypocalcemia import BLOCK_HYPOCALCEMIA
from cdshooks.guideline.bars.kidney import BLOCK_RENAL, CAUTION_KIDNEY_INJURY
from cdshooks.guideline.bars.long_exposure import CAUTION_LONG_EXPOSURE
from cdshooks.guideline.bars.not_checked import BLOCK_NOT_CHECKED
from cdshooks.guideline.bars.past_harm import BLOCK_PAST_HARM
from cdshooks.guideline.bars.pregnancy import BLOCK_PREGNANCY
from cdshooks.guideline.bars.very_high_risk import CAUTION_VERY_HIGH_RISK
from cdshooks.guideline.bars.vitamin_d import BLOCK_VITAMIN_D, CAUTION_VITAMIN_D
from cdshooks.guideline.decision import Bar

BLOCKS: tuple[Bar, ...] = (
    BLOCK_ESOPHAGEAL,
    BLOCK_BANDING,
    BLOCK_UPRIGHT,
    BLOCK_HYPOCALCEMIA,
    BLOCK_RENAL,
    BLOCK_HYPERSENSITIVITY,
    BLOCK_PREGNANCY,
    BLOCK_PAST_HARM,
    BLOCK_VITAMIN_D,
    BLOCK_NOT_CHECKED,
)

CAUTIONS: tuple[Bar, ...] = (
    CAUTION_VITAMIN_D,
    CAUTION_VARICES,
    CAUTION_ESOPHAGITIS,
    CAUTION_INTOLERANCE,
    CAUTION_KIDNEY_INJURY,
    CAUTION_VERY_HIGH_RISK,
    CAUTION_LONG_EXPOSURE,
    CAUTION_NOT_KNOWN,
)
