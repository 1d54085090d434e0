"""Who calls: the checks of a token, in their order (PROTOCOL I4 to I13), and their verdict."""

import datetime
import logging
from collections.abc import Callable
from typing import NamedTuple

from cdshooks.trust.client import Client
from cdshooks.trust.memory import MemoryUnreachable, TokenMemory
from cdshooks.trust.refusal import KeysUnreachable, Reason, Refused
from cdshooks.trust.token import Token, bearer, check_signature, open_token
from cdshooks.trust.trusted import Trust, Trusted

_log = logging.getLogger(__name__)


class Claim(NamedTuple):
    """What is checked: the token, against the client it names, the endpoint that was called and the time.

    `endpoints` are the public URLs of the endpoint, any of which will do as its name.
    """

    token: Token
    of: Trusted
    endpoints: tuple[str, ...]
    now: float


class Check(NamedTuple):
    """One check: the reason that a token is refused for where it does not hold."""

    reason: Reason
    holds: Callable[[Claim], bool]


def expected_audiences(claim: Claim) -> tuple[str, ...]:
    """The audiences of which a token has to name one."""
    return claim.endpoints if claim.of.audiences is None else claim.of.audiences


def _is_plain(claim: Claim) -> bool:
    header = claim.token.header
    # `b64` changes what is signed; where it is not critical too, it is a trick.
    return not header.crit and not header.b64


def _is_signed_as_agreed(claim: Claim) -> bool:
    return claim.token.header.alg in claim.of.algorithms


def _names_the_keys_place(claim: Claim) -> bool:
    # Where the keys are in a file, the header's place is not looked at, nor is it ever asked.
    jku = claim.token.header.jku
    return jku is None or claim.of.jku is None or jku == claim.of.jku


def _is_for_this_endpoint(claim: Claim) -> bool:
    return not set(expected_audiences(claim)).isdisjoint(claim.token.claims.audiences)


def _is_of_an_agreed_subject(claim: Claim) -> bool:
    return claim.of.subjects is None or claim.token.claims.sub in claim.of.subjects


def _has_not_expired(claim: Claim) -> bool:
    return claim.now < claim.token.claims.exp + claim.of.leeway_seconds


def _was_issued(claim: Claim) -> bool:
    return claim.token.claims.iat <= claim.now + claim.of.leeway_seconds


def _is_valid_yet(claim: Claim) -> bool:
    start = claim.token.claims.nbf
    return start is None or start <= claim.now + claim.of.leeway_seconds


def _is_short_lived(claim: Claim) -> bool:
    lifetime = claim.token.claims.exp - claim.token.claims.iat
    return 0 <= lifetime <= claim.of.longest_lifetime_seconds


BEFORE_THE_KEY = (
    Check(Reason.CRITICAL_EXTENSION, _is_plain),
    Check(Reason.TYPE, lambda claim: claim.token.header.typ == "JWT"),
    Check(Reason.ALGORITHM, _is_signed_as_agreed),
    Check(Reason.KEY_LOCATION, _names_the_keys_place),
)
"""What is looked at before a key is asked for."""

AFTER_THE_SIGNATURE = (
    Check(Reason.AUDIENCE, _is_for_this_endpoint),
    Check(Reason.SUBJECT, _is_of_an_agreed_subject),
    Check(Reason.EXPIRED, _has_not_expired),
    Check(Reason.ISSUED_LATER, _was_issued),
    Check(Reason.NOT_YET_VALID, _is_valid_yet),
    Check(Reason.LIFETIME, _is_short_lived),
)
"""What the client said, once it is known to have said it."""


class Verifier:
    """Tells from a call's `Authorization` header which client it is from."""

    def __init__(self, trust: Trust, memory: TokenMemory, now: Callable[[], datetime.datetime]) -> None:
        self._trust = trust
        self._memory = memory
        self._now = now

    def client(self, authorization: str | None, endpoints: tuple[str, ...]) -> Client:
        """The client whose token the header holds; from then on the token is used up.

        Raises:
            Refused: the token does not prove who calls. The log says why.
            KeysUnreachable: the keys to check it with could not be had.
            MemoryUnreachable: whether it was used before could not be told.
        """
        about = _About()
        try:
            return self._identified(authorization, endpoints, about)
        except Refused as refused:
            _log.warning("refused a call: %s (client: %s)", refused.reason.value, about.name)
            raise
        except KeysUnreachable:
            _log.error("could not check a call: keys-unreachable (client: %s)", about.name)
            raise
        except MemoryUnreachable:
            _log.error("could not check a call: memory-unreachable (client: %s)", about.name)
            raise

    def _identified(self, authorization: str | None, endpoints: tuple[str, ...], about: "_About") -> Client:
        token = open_token(bearer(authorization))
        of = self._trust.find(token.claims.iss, token.claims.tenant)
        about.name = of.client.name
        claim = Claim(token, of, endpoints, self._now().timestamp())
        _require(BEFORE_THE_KEY, claim)
        check_signature(token, of.keys.find(token.header.kid, token.header.alg))
        _require(AFTER_THE_SIGNATURE, claim)
        if not self._memory.first_use(token.claims.iss, token.claims.jti, _forgotten_after(claim)):
            raise Refused(Reason.REPLAYED)
        return of.client


class _About:
    """Which client a token says it is from, for the log of a call that is not let in."""

    name = "-"


def _require(checks: tuple[Check, ...], claim: Claim) -> None:
    for check in checks:
        if not check.holds(claim):
            raise Refused(check.reason)


def _forgotten_after(claim: Claim) -> datetime.datetime:
    """A token cannot be used after this in any case, so its use need not be remembered longer."""
    # One second more: times of tokens have fractions, those of a store may not.
    end = claim.token.claims.exp + claim.of.leeway_seconds + 1
    return datetime.datetime.fromtimestamp(end, datetime.UTC)
