"""Public keys of clients: read from a JWK set, each bound to the algorithms it may be used with."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

# The recommended ones of PROTOCOL I10 first, then those an operator may name. No symmetric one is among them.
RECOMMENDED = ("ES384", "RS384")
ALGORITHMS = (*RECOMMENDED, "ES256", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS512")
"""Signature algorithms that a client may be allowed."""

LARGEST_SET = 256 * 1024
"""Bytes of a JWK set that are read."""

_FOR_TYPE: Mapping[tuple[str, str], frozenset[str]] = {
    ("EC", "P-256"): frozenset({"ES256"}),
    ("EC", "P-384"): frozenset({"ES384"}),
    ("EC", "P-521"): frozenset({"ES512"}),
    ("OKP", "Ed25519"): frozenset({"EdDSA"}),
    ("RSA", ""): frozenset(each for each in ALGORITHMS if each[:2] in {"RS", "PS"}),
}
_THUMBPRINT_MEMBERS = {"EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x"), "RSA": ("e", "kty", "n")}
_LEAST_RSA_BITS = 2048
_MOST_RSA_BITS = 8192
_MOST_KEYS = 100

PUBLISHED = frozenset(
    {
        # The sandbox of cds-hooks.org; its private key is in github.com/cds-hooks/sandbox, folder keys/.
        "s9fOe-KDYD1myZ8YCzleUqJQgrYZL49kVijBxhnZvZc"
    }
)
"""RFC 7638 thumbprints of keys whose private half anybody can have: whoever signs with one is anybody."""

PRIVATE = "holds a private key: whoever could read it can sign; make a new one"
"""What is said of a key that should have been kept secret."""


class Key(NamedTuple):
    """One usable public key, and the algorithms it may verify."""

    id: str
    algorithms: frozenset[str]
    public: Any
    thumbprint: str

    @property
    def is_published(self) -> bool:
        """Whether anybody can sign with it."""
        return self.thumbprint in PUBLISHED


class KeySet(NamedTuple):
    """The usable keys of a JWK set, and in words why others are not: by position, without their content."""

    keys: tuple[Key, ...]
    unusable: tuple[str, ...]


class NotAKeySet(ValueError):  # noqa: N818 - what was found
    """Bytes that are not a JWK set (RFC 7517, section 5)."""


def read_keys(content: bytes) -> KeySet:
    """The keys of a JWK set. A key that cannot be used costs the others nothing (RFC 7517, section 5).

    Raises:
        NotAKeySet: it is not JSON, or not an object with a list of keys.
    """
    if len(content) > LARGEST_SET:
        raise NotAKeySet(f"is larger than {LARGEST_SET} bytes")
    try:
        found = msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NotAKeySet("is not a JSON object in UTF-8") from error
    entries = found.get("keys")
    if not isinstance(entries, list) or len(entries) > _MOST_KEYS:
        raise NotAKeySet(f"holds no list of at most {_MOST_KEYS} keys")
    keys = []
    unusable = []
    for number, entry in enumerate(entries, start=1):
        key = _read(entry) if isinstance(entry, dict) else "is not an object"
        if isinstance(key, str):
            unusable.append(f"key {number} {key}")
        else:
            keys.append(key)
    return KeySet(tuple(keys), tuple(unusable))


def _read(jwk: dict[str, Any]) -> Key | str:
    """The key, or why it cannot be used."""
    name, kind = jwk.get("kid"), jwk.get("kty")
    if not isinstance(name, str) or not name:
        return "has no kid"
    if not isinstance(kind, str) or not isinstance(jwk.get("crv", ""), str):
        return "has no kty"
    if "d" in jwk or "k" in jwk:
        return PRIVATE
    if jwk.get("use", "sig") != "sig":
        return "is not for signatures (use)"
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return "is not for verifying (key_ops)"
    algorithms = _FOR_TYPE.get((kind, "" if kind == "RSA" else jwk.get("crv", "")))
    if algorithms is None:
        return "is of a type or curve that is not supported"
    if "alg" in jwk:
        algorithms = frozenset(each for each in algorithms if each == jwk["alg"])
        if not algorithms:
            return "names an algorithm (alg) that does not fit its type"
    try:
        read = jwt.PyJWK(jwk, min(algorithms))
        public = read.key
        # As this library writes it: it reads base64 in several forms.
        canonical = read.Algorithm.to_jwk(public, as_dict=True)
    # What cryptography raises for numbers that are no key differs by version; a key is all or nothing.
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError):
        return "is not a key"
    if isinstance(public, RSAPublicKey) and not _LEAST_RSA_BITS <= public.key_size <= _MOST_RSA_BITS:
        return f"has not between {_LEAST_RSA_BITS} and {_MOST_RSA_BITS} bits"
    return Key(name, algorithms, public, thumbprint(canonical))


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The SHA-256 thumbprint of a public key (RFC 7638): the same for the same key, whatever it is called."""
    required = {name: jwk[name] for name in _THUMBPRINT_MEMBERS[jwk["kty"]]}
    text = json.dumps(required, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
