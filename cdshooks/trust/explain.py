"""What a token fails on, step by step and in words, for the operator who has it in hand.

It says what `iss`, `aud`, `kid` and times are: they are no secrets. It never shows the token, its id or its
signature, and it does not use the token up.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from cdshooks.trust.refusal import KeysUnreachable, Reason, Refused
from cdshooks.trust.token import Token, check_signature, open_token
from cdshooks.trust.trusted import Trust, Trusted
from cdshooks.trust.verify import AFTER_THE_SIGNATURE, BEFORE_THE_KEY, Check, Claim, expected_audiences

Outcome = Literal["ok", "FAILED", "open"]
"""How a step ended; `open` is what could not be looked at."""


class Step(NamedTuple):
    """One check of a token, and what to do where it failed."""

    outcome: Outcome
    asked: str
    found: str | None = None
    remedy: str | None = None

    def told(self) -> str:
        """The step as an operator reads it: one line, and one more with what to do."""
        line = f"{self.outcome:<7} {self.asked}" + (f": {self.found}" if self.found else "")
        return f"{line}\n        {self.remedy}" if self.remedy else line


class Words(NamedTuple):
    """What a check asks, and what to do where the token fails it."""

    asks: str
    remedy: str


WORDS: Mapping[Reason, Words] = {
    Reason.NO_TOKEN: Words("there is an Authorization header", "Have the client sign every call."),
    Reason.NOT_BEARER: Words(
        "the Authorization header is the word Bearer and one token",
        "Have the client send one header of this form. A proxy may have added a second.",
    ),
    Reason.TOO_LONG: Words("the token is not too long", "A token of CDS Hooks takes about 1,000 characters."),
    Reason.MALFORMED: Words(
        "it is a signed JWT: three parts in base64url, two of them JSON without repeated members",
        "Look whether it was copied whole, and whether it is encrypted; encrypted ones are not taken.",
    ),
    Reason.HEADER: Words(
        "the header has alg, kid and typ, as texts", "The client has to add what CDS Hooks requires there."
    ),
    Reason.CLAIMS: Words(
        "there are iss, aud, exp, iat and jti, of the right types",
        "The client has to add what CDS Hooks requires there; times are numbers of seconds.",
    ),
    Reason.CRITICAL_EXTENSION: Words(
        "no extension is critical (crit, b64)", "The client has to leave crit and b64 out."
    ),
    Reason.TYPE: Words("typ is JWT", "The client has to set it."),
    Reason.ISSUER: Words(
        "a client of the trust file has this issuer",
        "If you trust the client, write its iss into the trust file, letter by letter.",
    ),
    Reason.TENANT: Words(
        "the client of this issuer has this tenant",
        "If you trust the organisation, add its tenant to tenants in the trust file.",
    ),
    Reason.ALGORITHM: Words(
        "the client may use this algorithm",
        "Have the client use another, or name it under algorithms in the trust file.",
    ),
    Reason.KEY_LOCATION: Words(
        "jku is the one of the trust file",
        "If the client's keys have moved, and it is the client who says so, change jku in the trust file.",
    ),
    Reason.KEY_UNKNOWN: Words(
        "the client's key set has a usable key of this kid",
        "`cdshooks doctor` tells which keys of the set are usable. A key that is published is never one "
        "outside of development.",
    ),
    Reason.KEY_TYPE: Words(
        "one key of this kid is for this algorithm",
        "The client has to sign with the algorithm of its key, and to give each key a kid of its own.",
    ),
    Reason.SIGNATURE: Words(
        "the signature is right",
        "The token was signed with another key, or changed on the way. Ask the client for its present keys.",
    ),
    Reason.AUDIENCE: Words(
        "aud names an endpoint of this service",
        "Set public_url to the URL that clients call; or, where the client's aud is written by hand, set it as "
        "audiences in the trust file.",
    ),
    Reason.SUBJECT: Words("sub is an agreed one", "If it is right, add it to subjects in the trust file."),
    Reason.EXPIRED: Words(
        "it has not expired",
        "Ask for a new one; or compare the clock of the client with that of this machine.",
    ),
    Reason.ISSUED_LATER: Words(
        "it was not issued in the future", "Compare the clock of the client with that of this machine."
    ),
    Reason.NOT_YET_VALID: Words(
        "it is valid yet (nbf)", "Compare the clock of the client with that of this machine."
    ),
    Reason.LIFETIME: Words(
        "it is not valid for too long, from iat to exp",
        "Have the client issue a token for each call; or allow more as longest_lifetime_seconds.",
    ),
    Reason.REPLAYED: Words(
        "it was not used before", "The client has to sign every call anew, repeated ones too, with a new jti."
    ),
}
"""For every reason of refusal, what was asked and what helps."""


def explain(text: str, trust: Trust, endpoints: tuple[str, ...], now: float) -> Iterator[Step]:
    """Every step of the verification, in its order; those after a fatal one are not among them."""
    try:
        token = open_token(text)
    except Refused as refused:
        yield _failed(refused.reason, _cause(refused))
        return
    yield Step("ok", "it is a token of CDS Hooks by its form")
    try:
        of = trust.find(token.claims.iss, token.claims.tenant)
    except Refused as refused:
        yield _failed(refused.reason, _issuer(token))
        return
    yield Step("ok", WORDS[Reason.ISSUER].asks, f"client {of.client.name}")
    claim = Claim(token, of, endpoints, now)
    yield from (_step(check, claim) for check in BEFORE_THE_KEY)
    yield from _signature(token, of)
    yield from (_step(check, claim) for check in AFTER_THE_SIGNATURE)
    yield Step("open", WORDS[Reason.REPLAYED].asks, "only a call uses a token up, so this was not asked")


def _step(check: Check, claim: Claim) -> Step:
    find = _FOUND.get(check.reason)
    found = find(claim) if find else None
    return Step("ok", WORDS[check.reason].asks, found) if check.holds(claim) else _failed(check.reason, found)


def _failed(reason: Reason, found: str | None) -> Step:
    return Step("FAILED", WORDS[reason].asks, found, WORDS[reason].remedy)


def _signature(token: Token, of: Trusted) -> Iterator[Step]:
    kid = f"kid is {_shown(token.header.kid)}"
    try:
        key = of.keys.find(token.header.kid, token.header.alg)
    except Refused as refused:
        yield _failed(refused.reason, kid)
    except KeysUnreachable:
        remedy = "`cdshooks doctor` tells why. A call is answered with 503 meanwhile."
        yield Step("FAILED", "the client's keys can be had", None, remedy)
    else:
        yield Step("ok", WORDS[Reason.KEY_UNKNOWN].asks, kid)
        try:
            check_signature(token, key)
        except Refused as refused:
            yield _failed(refused.reason, None)
        else:
            yield Step("ok", WORDS[Reason.SIGNATURE].asks)
        return
    yield Step("open", WORDS[Reason.SIGNATURE].asks, "there is no key to check it with")


def _cause(refused: Refused) -> str | None:
    """Which member is wrong, where the decoder says so; its other messages might quote a value."""
    words = str(refused.__cause__ or "")
    return words if words.startswith(("Expected `", "Object missing required field")) else None


def _issuer(token: Token) -> str:
    tenant = token.claims.tenant
    return f"iss is {_shown(token.claims.iss)}" + (f", tenant is {_shown(tenant)}" if tenant else "")


def _audience(claim: Claim) -> str:
    expected = expected_audiences(claim)
    said = f"aud is {', '.join(map(_shown, claim.token.claims.audiences)) or 'empty'}"
    return f"{said}; one of these has to be there: {', '.join(expected)}" if expected else said


def _lifetime(claim: Claim) -> str:
    seconds = claim.token.claims.exp - claim.token.claims.iat
    return f"{seconds:.0f} s; at most {claim.of.longest_lifetime_seconds} s"


def _time(name: Literal["exp", "iat", "nbf"]) -> Callable[[Claim], str | None]:
    def found(claim: Claim) -> str | None:
        seconds: float | None = getattr(claim.token.claims, name)
        if seconds is None:
            return None
        return f"{name} is {_moment(seconds)}, now is {_moment(claim.now)}"

    return found


_FOUND: Mapping[Reason, Callable[[Claim], str | None]] = {
    Reason.TYPE: lambda claim: f"typ is {_shown(claim.token.header.typ)}",
    Reason.ALGORITHM: lambda claim: (
        f"alg is {_shown(claim.token.header.alg)}; allowed: {', '.join(claim.of.algorithms)}"
    ),
    Reason.KEY_LOCATION: lambda claim: (
        f"jku is {_shown(claim.token.header.jku)}" if claim.token.header.jku else None
    ),
    Reason.AUDIENCE: _audience,
    Reason.SUBJECT: lambda claim: (
        f"sub is {_shown(claim.token.claims.sub)}" if claim.token.claims.sub else None
    ),
    Reason.EXPIRED: _time("exp"),
    Reason.ISSUED_LATER: _time("iat"),
    Reason.NOT_YET_VALID: _time("nbf"),
    Reason.LIFETIME: _lifetime,
}


def _shown(text: str) -> str:
    """A text of the token, so that a terminal shows it and does not obey it."""
    longest = 200
    return ascii(text if len(text) <= longest else f"{text[:longest]}…")


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
