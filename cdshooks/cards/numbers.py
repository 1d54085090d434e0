"""The numbers of topics and suggestions in the uuids of cards, read back."""

from cdshooks.cards.sheet import SuggestionId
from cdshooks.guideline.topics import Topic

TOPIC_BITS = 7
SUGGESTION_BITS = 6
UNKNOWN = 0
"""No topic's number."""

_TOPICS = {each.number: each.value for each in Topic}
_SUGGESTIONS = {each.number: each.value for each in SuggestionId}
_NUMBERS = {each.value: each.number for each in Topic}


def number_of(topic_code: str) -> int:
    """The number of a topic by its code on the wire; UNKNOWN where there is none."""
    return _NUMBERS.get(topic_code, UNKNOWN)


def topic(number: int) -> str:
    """The code of a topic. A later version may have one that this version does not know."""
    return _TOPICS.get(number, f"topic-{number}")


def suggestion(number: int) -> str:
    """The code of a suggestion. A later version may have one that this version does not know."""
    return _SUGGESTIONS.get(number, f"suggestion-{number}")
