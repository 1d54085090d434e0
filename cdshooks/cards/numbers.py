"""The numbers of topics and suggestions in the uuids of cards (GUIDELINE, "Codes on the wire").

A number stays with its code for good: feedback on a card comes weeks after it, and reports reach back years.
What is new takes the next free number; the number of what is gone is never given to anything else. All codes
of the guideline have theirs, also those that no card carries yet.
"""

from collections.abc import Mapping

TOPIC_BITS = 7
SUGGESTION_BITS = 6
UNKNOWN = 0
"""No topic's number."""

TOPICS: Mapping[str, int] = {
    "dxa-screening": 1,
    "frax-needed": 2,
    "treatment-indicated": 3,
    "treatment-consider": 4,
    "treatment-deferred": 5,
    "secondary-cause": 6,
    "alendronate-unsuitable": 7,
    "correct-first": 8,
    "on-treatment": 9,
    "very-high-risk": 10,
    "data-problem": 11,
    "t-score-not-applicable": 12,
    "denosumab-overdue": 13,
    "order-daily-70": 14,
    "order-underdose": 15,
    "order-dose-unreadable": 16,
    "order-dose-conflict": 17,
    "order-esophageal": 18,
    "order-varices": 19,
    "order-upright": 20,
    "order-hypocalcemia": 21,
    "order-calcium-unknown": 22,
    "order-renal": 23,
    "order-renal-unknown": 24,
    "order-hypersensitivity": 25,
    "order-pregnancy": 26,
    "order-pediatric": 27,
    "order-premenopausal": 28,
    "order-duplicate-therapy": 29,
    "order-vitamin-d": 30,
    "order-calcium-vitamin-d": 31,
    "order-administration-timing": 32,
    "order-dental": 33,
    "order-no-frax": 34,
    "order-below-threshold": 35,
    "order-drug-holiday": 36,
    "order-atypical-fracture-or-onj": 37,
    "order-glucocorticoid": 38,
    "order-dxa-early": 39,
    "order-raloxifene": 40,
    "order-zoledronate-strength": 41,
}

SUGGESTIONS: Mapping[str, int] = {
    # 0 is the card itself.
    "frax-task": 1,
    "start-alendronate": 2,
    "calcium": 3,
    "vitamin-d": 4,
    "exercise-referral": 5,
    "fall-risk-referral": 6,
    "dxa-in-24-months": 7,
    "dxa-in-12-months": 8,
    "dxa-now": 9,
    "secondary-cause-labs": 10,
    "vitamin-d-level": 11,
    "dental-exam": 12,
    "smoking-cessation": 13,
    "alcohol-counselling": 14,
    "nutrition-counselling": 15,
    "specialist-referral": 16,
    "change-to-weekly": 17,
    "remove-order": 18,
    "frax-in-12-months": 19,
}

_TOPICS = {number: code for code, number in TOPICS.items()}
_SUGGESTIONS = {number: code for code, number in SUGGESTIONS.items()}


def topic(number: int) -> str:
    """The code of a topic. A later version may have one that this version does not know."""
    return _TOPICS.get(number, f"topic-{number}")


def suggestion(number: int) -> str:
    """The code of a suggestion. A later version may have one that this version does not know."""
    return _SUGGESTIONS.get(number, f"suggestion-{number}")
