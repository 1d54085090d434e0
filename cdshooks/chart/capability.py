"""What a FHIR server says of itself: its version, and the resource types it has (CapabilityStatement)."""

import re
import threading
import time

import msgspec

_SPOKEN = re.compile(r"4\.(0|1|3)(\.|\Z)")
"""R4, and R4B with its ballot: what the reader reads."""
_KEPT_FOR, _MISSED_FOR = 3600.0, 60.0
_MOST = 256


def is_spoken(version: str | None) -> bool:
    """Whether it is a version of FHIR that can be read; unknown counts as one that can."""
    return version is None or _SPOKEN.match(version) is not None


class Capability(msgspec.Struct, frozen=True, kw_only=True):
    """The version and the resource types of a server; None where it did not say."""

    version: str | None = None
    kinds: frozenset[str] | None = None


class _Type(msgspec.Struct, frozen=True):
    type: str | None = None


class _Rest(msgspec.Struct, frozen=True):
    mode: str | None = None
    resource: tuple[_Type, ...] = ()


class _Statement(msgspec.Struct, frozen=True, rename="camel"):
    fhir_version: str | None = None
    rest: tuple[_Rest, ...] = ()


_decoder = msgspec.json.Decoder(_Statement)


def read_statement(body: bytes) -> Capability:
    """What a CapabilityStatement says; nothing where it cannot be read."""
    try:
        statement = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Capability()
    kinds = frozenset(
        each.type for rest in statement.rest if rest.mode != "client" for each in rest.resource if each.type
    )
    return Capability(version=statement.fhir_version, kinds=kinds or None)


class Statement:
    """What a server says of itself, as far as one call knows. One thread hears it, others may wait for it."""

    def __init__(self, known: Capability | None = None) -> None:
        self._said = known
        self._came = threading.Event()
        if known is not None:
            self._came.set()

    @property
    def so_far(self) -> Capability | None:
        """What it said; None where it has not been heard yet."""
        return self._said

    def within(self, seconds: float) -> Capability:
        """What it says within that time; nothing where it does not."""
        self._came.wait(seconds)
        return self._said or Capability()

    def came(self, said: Capability) -> None:
        """Tell what it said, or that it said nothing."""
        self._said = said
        self._came.set()


class Capabilities:
    """What servers said of themselves within the last hour, or that they did not within the last minute."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Capability]] = {}
        self._lock = threading.Lock()

    def of(self, base: str) -> Capability | None:
        """What is known of the server, or None where it has to be asked."""
        known = self._known.get(base)
        return known[1] if known is not None and time.monotonic() < known[0] else None

    def remember(self, base: str, capability: Capability) -> None:
        """Keep what a server said; that it said nothing is kept for a minute, so that few calls wait.

        What another call heard meanwhile counts more than that. Of too many servers the one that was heard of
        longest ago is forgotten.
        """
        missed = capability == Capability()
        until = time.monotonic() + (_MISSED_FOR if missed else _KEPT_FOR)
        with self._lock:
            if missed and self.of(base) is not None:
                return
            self._known.pop(base, None)
            self._known[base] = until, capability
            if len(self._known) > _MOST:
                del self._known[next(iter(self._known))]
