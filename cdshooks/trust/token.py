"""A client's token as it came: taken out of its header, taken apart, and typed. Nothing is believed yet."""

import base64
import binascii
import json
import re
from typing import Annotated, Any, NoReturn

import jwt
import msgspec

from cdshooks.trust.keys import ALGORITHMS, Key
from cdshooks.trust.refusal import Reason, Refused

LONGEST = 8192
"""Characters of a token that is looked at."""

_CREDENTIALS = re.compile(r"(?i:bearer) +(?P<token>[^\s,]+) *\Z")
_SEGMENTS = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\Z")
_YEAR_9999 = 253_402_300_799

# NumericDate of RFC 7519 may have a fraction.
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=_YEAR_9999)]
_Text = Annotated[str, msgspec.Meta(min_length=1)]


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The header. Keys it may bring along (`jwk`, `x5u`, `x5c`) are not even read."""

    alg: str
    kid: _Text
    typ: str
    jku: str | None = None
    crit: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    b64: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """The claims of PROTOCOL I5; times are seconds since 1970."""

    iss: _Text
    aud: str | tuple[str, ...]
    exp: _Seconds
    iat: _Seconds
    jti: _Text
    nbf: _Seconds | None = None
    tenant: str | None = None
    sub: str | None = None

    @property
    def audiences(self) -> tuple[str, ...]:
        """For whom the token is meant."""
        return (self.aud,) if isinstance(self.aud, str) else self.aud


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token in its parts. A repr names the class only: a token is a key for as long as it lives."""

    header: Header
    claims: Claims
    text: str

    def __repr__(self) -> str:
        return "Token(…)"


_header = msgspec.json.Decoder(Header)
_claims = msgspec.json.Decoder(Claims)
_signatures = jwt.PyJWS(algorithms=ALGORITHMS)


def bearer(authorization: str | None) -> str:
    """The token in an `Authorization` header, or Refused."""
    if not authorization:
        raise Refused(Reason.NO_TOKEN)
    if len(authorization) > LONGEST + len("Bearer "):
        raise Refused(Reason.TOO_LONG)
    found = _CREDENTIALS.match(authorization)
    if found is None:
        raise Refused(Reason.NOT_BEARER)
    return found["token"]


def open_token(text: str) -> Token:
    """The token in its parts, or Refused where they are not what CDS Hooks defines."""
    if len(text) > LONGEST:
        raise Refused(Reason.TOO_LONG)
    segments = _SEGMENTS.match(text)
    if segments is None:
        raise Refused(Reason.MALFORMED)
    header, claims = (_json(segment) for segment in segments.groups())
    try:
        opened = _header.decode(header)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Refused(Reason.HEADER) from error
    try:
        return Token(header=opened, claims=_claims.decode(claims), text=text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Refused(Reason.CLAIMS) from error


def check_signature(token: Token, key: Key) -> None:
    """Raise Refused unless the holder of the key signed the token, with the algorithm it names."""
    try:
        _signatures.decode_complete(token.text, key=key.public, algorithms=[token.header.alg])
    except jwt.PyJWTError as error:
        raise Refused(Reason.SIGNATURE) from error


def _json(segment: str) -> bytes:
    """The JSON in a segment. Two members of one name are refused: others would read the other one."""
    try:
        content = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
        if base64.urlsafe_b64encode(content).rstrip(b"=") != segment.encode():
            raise Refused(Reason.MALFORMED)  # bits that nobody reads: two texts for one token
        json.loads(
            content.decode(),  # of bytes, json would guess the encoding
            object_pairs_hook=_members,
            parse_constant=_no_number,
            # Numbers stay text here: Python refuses very long ones, and msgspec reads them below.
            parse_int=str,
            parse_float=str,
        )
    except (binascii.Error, ValueError, RecursionError) as error:
        raise Refused(Reason.MALFORMED) from error
    return content


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member stands twice")
    return members


def _no_number(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")
