"""What is known of a code beside what it stands for: how sure it is, and of a drug what is in it."""

from decimal import Decimal
from enum import StrEnum

import msgspec

from fhir_mappings.concepts import Concept


class Confidence(StrEnum):
    """How well it is known what a code means."""

    VERIFIED = "verified"
    """Code and display were seen together in the named source."""
    VERIFIED_INGREDIENT = "verified-ingredient"
    """The drug was seen, its strength was not: good for recognising it, never for a dose."""
    LOCAL = "local"
    """The hospital says so."""


class Evidence(StrEnum):
    """How far a code may decide, where the source limits it."""

    DIRECT = "direct"
    PROXY = "proxy"
    WEAK_PROXY = "weak-proxy"
    SUPPORTIVE_ONLY = "supportive-only"
    CONFIRM = "confirm"
    """Counts, and the card asks to confirm it."""
    UNKNOWN = "unknown"
    """The answer "not known", which is not a no."""


class Ingredient(msgspec.Struct, frozen=True, kw_only=True):
    """One ingredient of a product with several; the strength is absent where it is not in milligrams."""

    ingredient: str
    strength_mg: Decimal | None = None


class CodeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a code as a member of one value set.

    Strengths are those of one unit of the form, and absent where the source does not state them. They are
    always absent on a code that is verified for its ingredient only.
    """

    display: str | None = None
    confidence: Confidence = Confidence.VERIFIED
    ingredient: str | None = None
    brand: str | None = None
    form: str | None = None
    route: str | None = None
    strength_mg: Decimal | None = None
    strength_mg_per_ml: Decimal | None = None
    total_mg: Decimal | None = None
    """Milligrams in one container of a solution: a syringe, a vial, a bag."""
    pack_count: int | None = None
    components: tuple[Ingredient, ...] = ()
    interval_months: int | None = None
    """How long one dose of a depot lasts, as labelled in the US."""
    dosing_interval: str | None = None
    site: str | None = None
    side: str | None = None
    evidence: Evidence | None = None
    temporal: str | None = None

    def __post_init__(self) -> None:
        strengths = (self.strength_mg, self.strength_mg_per_ml, self.total_mg)
        of_components = tuple(each.strength_mg for each in self.components)
        if not self.doses and any(each is not None for each in (*strengths, *of_components)):
            raise ValueError("a code verified for its ingredient only has a strength")

    @property
    def doses(self) -> bool:
        """Whether a dose may be computed from this code at all."""
        return self.confidence is not Confidence.VERIFIED_INGREDIENT

    @property
    def proxy(self) -> bool:
        """Whether the code only raises a question: it stands beside what was asked, or supports it."""
        return self.evidence in {Evidence.PROXY, Evidence.WEAK_PROXY, Evidence.SUPPORTIVE_ONLY}

    @property
    def remission(self) -> bool:
        """Whether the code says that the condition is past."""
        return self.temporal == "remission"


class LocalCode(msgspec.Struct, frozen=True, kw_only=True):
    """A hospital's own code and what it stands for there; `site` is stated for T-scores and only there."""

    system: str
    code: str
    concept: Concept
    site: str | None = None
    display: str | None = None
