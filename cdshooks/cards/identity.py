"""Identifiers of cards and suggestions: the same for a retry of a call, others for another call."""

import hashlib
import uuid

_CARDS = uuid.UUID("5b1d3c52-7f0e-5c1a-9d3e-0c6f5f0a7b11").bytes


def identify(hook_instance: str, topic: str, suggestion: str = "") -> str:
    """The UUID (version 5) of a card, or of a suggestion on it, within one call."""
    name = f"{hook_instance.lower()}/{topic}/{suggestion}".encode()
    digest = bytearray(hashlib.sha1(_CARDS + name, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
