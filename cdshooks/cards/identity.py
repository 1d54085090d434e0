"""A card's uuid says which card it is, so that feedback on it needs no record of what was sent.

A UUID of version 8 (RFC 9562) has 122 bits of our own. They hold, from the highest:

    7   topic          which card it is, as a number (cards.numbers)
    6   suggestion     which suggestion on it; 0 is the card itself
   44   patient        keyed hash of client and patient
   20   fingerprint    keyed hash of client, patient, and what the card rests on
   16   hookInstance   keyed hash of the call, so that a retry has the same uuids and another call others
   29   tag            keyed hash of client and all of the above: a uuid that was made up has another

Whoever has the key can read it, on any machine and after any restart. Whoever does not have it can neither
tell the patient from it nor make one up that counts, but for one in 2²⁹. The client is part of the tag: what
was sent to one client is nobody else's to answer.
"""

import hmac
import os
import re
import typing

import msgspec

from cdshooks.cards.numbers import SUGGESTION_BITS
from cdshooks.cards.sheet import SuggestionId
from cdshooks.guideline.topics import Topic

KEY_BYTES = 32
PATIENT_BITS = 44
FINGERPRINT_BITS = 20
INSTANCE_BITS = 16
TAG_BITS = 29
_TAGGED_BYTES = 12

_UUID = re.compile(
    r"(?:urn:uuid:)?([0-9a-f]{8})-([0-9a-f]{4})-8([0-9a-f]{3})-([89ab][0-9a-f]{3})-([0-9a-f]{12})",
    re.IGNORECASE | re.ASCII,
)
_LOW = (1 << 62) - 1
_MIDDLE = (1 << 12) - 1


class CardId(msgspec.Struct, frozen=True, kw_only=True):
    """What a uuid says: which card, or which suggestion on it, of which call about which patient."""

    topic: int
    suggestion: int
    patient: int
    fingerprint: int
    instance: int


class Mark(typing.NamedTuple):
    """A patient and what a card about this patient rests on, as hashes under one key."""

    patient: int
    fingerprint: int


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What the uuids of one call have in common. `patients` are the hashes under each key, newest first."""

    keys: tuple[bytes, ...]
    client: str
    patient_id: str
    patients: tuple[int, ...]
    instance: int

    def __repr__(self) -> str:
        """Name the class only: neither keys nor the patient's id may reach a log by way of a repr."""
        return "Signature(…)"

    def marks(self, rests_on: str) -> tuple[Mark, ...]:
        """What a card that rests on this is known by under each key, the current one first."""
        return tuple(
            Mark(patient, _hash(key, "fingerprint", self.client, self.patient_id, rests_on, FINGERPRINT_BITS))
            for key, patient in zip(self.keys, self.patients, strict=True)
        )

    def uuid(self, topic: Topic, mark: Mark, suggestion: SuggestionId | None = None) -> str:
        """The uuid of a card, or of a suggestion on it. `mark` is its first one."""
        return _written(
            self.keys[0],
            self.client,
            CardId(
                topic=topic.number,
                suggestion=0 if suggestion is None else suggestion.number,
                patient=mark.patient,
                fingerprint=mark.fingerprint,
                instance=self.instance,
            ),
        )


class CardKeys(msgspec.Struct, frozen=True):
    """The keys of the uuids. Cards are signed with the first; the others still read what they signed."""

    keys: tuple[bytes, ...]

    @classmethod
    def ephemeral(cls) -> typing.Self:
        """A key that nobody keeps: for calls that nobody will give feedback on."""
        return cls((os.urandom(KEY_BYTES),))

    def __repr__(self) -> str:
        """Name the class only: a key must not reach a log by way of a repr."""
        return "CardKeys(…)"

    def signature(self, *, client: str, patient_id: str, hook_instance: str) -> Signature:
        """What the uuids of this call are made with. The letter case of a hookInstance does not matter."""
        return Signature(
            keys=self.keys,
            client=client,
            patient_id=patient_id,
            patients=tuple(_hash(key, "patient", client, patient_id, "", PATIENT_BITS) for key in self.keys),
            instance=_hash(self.keys[0], "instance", client, hook_instance.lower(), "", INSTANCE_BITS),
        )

    def read(self, client: str, text: str) -> CardId | None:
        """What the uuid says; None where we did not make it, or not for this client."""
        found = _UUID.fullmatch(text)
        if found is None:
            return None
        high, middle, low = found[1] + found[2], found[3], found[4] + found[5]
        bits = int(high, 16) << 74 | int(middle, 16) << 62 | (int(low, 16) & _LOW)
        tag, tagged = bits & ((1 << TAG_BITS) - 1), bits >> TAG_BITS
        if not any(_same(_tag(key, client, tagged), tag) for key in self.keys):
            return None
        rest, instance = _split(tagged, INSTANCE_BITS)
        rest, fingerprint = _split(rest, FINGERPRINT_BITS)
        rest, patient = _split(rest, PATIENT_BITS)
        topic, suggestion = _split(rest, SUGGESTION_BITS)
        return CardId(
            topic=topic, suggestion=suggestion, patient=patient, fingerprint=fingerprint, instance=instance
        )


def _written(key: bytes, client: str, card: CardId) -> str:
    bits = card.topic
    for value, width in (
        (card.suggestion, SUGGESTION_BITS),
        (card.patient, PATIENT_BITS),
        (card.fingerprint, FINGERPRINT_BITS),
        (card.instance, INSTANCE_BITS),
    ):
        bits = bits << width | value
    bits = bits << TAG_BITS | _tag(key, client, bits)
    whole = (bits >> 74) << 80 | 8 << 76 | (bits >> 62 & _MIDDLE) << 64 | 2 << 62 | bits & _LOW
    text = f"{whole:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _split(bits: int, width: int) -> tuple[int, int]:
    return bits >> width, bits & ((1 << width) - 1)


def _same(one: int, other: int) -> bool:
    return hmac.compare_digest(one.to_bytes(4), other.to_bytes(4))


def _tag(key: bytes, client: str, tagged: int) -> int:
    return _hash(key, "tag", client, tagged.to_bytes(_TAGGED_BYTES).hex(), "", TAG_BITS)


def _hash(key: bytes, purpose: str, client: str, what: str, more: str, bits: int) -> int:
    # Lengths keep apart what two other texts would make alike.
    text = f"{purpose}:{len(client)}:{client}{len(what)}:{what}{more}"
    digest = hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")
    return int.from_bytes(digest[:8]) >> (64 - bits)
