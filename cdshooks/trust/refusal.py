"""Why a call was not let in, for the log and for the operator. The caller is told none of it.

Exception
├── Refused            the token does not prove who calls: 401
├── KeysUnreachable    the keys to check it with could not be had: 503
└── MemoryUnreachable  whether it was used before could not be told: 503 (cdshooks.trust.memory)
"""

from enum import StrEnum


class Reason(StrEnum):
    """What is wrong with a token. The order is that of the checks."""

    NO_TOKEN = "no-token"  # noqa: S105 - a reason
    NOT_BEARER = "not-bearer"
    TOO_LONG = "too-long"
    MALFORMED = "malformed"
    HEADER = "header"
    CLAIMS = "claims"
    CRITICAL_EXTENSION = "critical-extension"
    TYPE = "type"
    ISSUER = "issuer"
    TENANT = "tenant"
    ALGORITHM = "algorithm"
    KEY_LOCATION = "key-location"
    KEY_UNKNOWN = "key-unknown"
    KEY_TYPE = "key-type"
    SIGNATURE = "signature"
    AUDIENCE = "audience"
    SUBJECT = "subject"
    EXPIRED = "expired"
    ISSUED_LATER = "issued-later"
    NOT_YET_VALID = "not-yet-valid"
    LIFETIME = "lifetime"
    REPLAYED = "replayed"


class Refused(Exception):  # noqa: N818 - what happened to the call
    """A token that does not prove who calls. Its text is the reason, and holds nothing of the token."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class KeysUnreachable(Exception):  # noqa: N818 - the state of things, not a mistake in them
    """The keys of a client could not be had, and none that are kept will do."""
