"""Identifiers of cards and suggestions: the same for a retry of a call, others for another call."""

import uuid

_CARDS = uuid.UUID("5b1d3c52-7f0e-5c1a-9d3e-0c6f5f0a7b11")


def identify(hook_instance: str, topic: str, suggestion: str = "") -> str:
    """The UUID of a card, or of a suggestion on it, within one call."""
    return str(uuid.uuid5(_CARDS, f"{hook_instance.lower()}/{topic}/{suggestion}"))
