"""Clients for tests: keys of their own, the tokens they sign, and the places where their keys are."""

import base64
import datetime
import json
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

NOW = datetime.datetime(2026, 3, 14, 12, 0, tzinfo=datetime.UTC)
SECONDS = int(NOW.timestamp())
CURVES: dict[str, ec.EllipticCurve] = {
    "ES256": ec.SECP256R1(),
    "ES384": ec.SECP384R1(),
    "ES512": ec.SECP521R1(),
}

Json = dict[str, Any]


class Signer:
    """A key pair, its public half as a JWK, and what is signed with it."""

    def __init__(self, algorithm: str, kid: str, *, bits: int = 2048) -> None:
        self.algorithm = algorithm
        self.kid = kid
        self.private: Any
        if algorithm in CURVES:
            self.private = ec.generate_private_key(CURVES[algorithm])
        elif algorithm == "EdDSA":
            self.private = ed25519.Ed25519PrivateKey.generate()
        else:
            self.private = rsa.generate_private_key(65537, bits)
        rules = jwt.get_algorithm_by_name(algorithm)
        self.jwk: Json = {
            **json.loads(rules.to_jwk(self.private.public_key())),
            "kid": kid,
            "use": "sig",
        }
        self.jwk.pop("key_ops", None)

    def sign(self, claims: Json | bytes, header: Json | bytes | None = None) -> str:
        """A token of these claims; `header` adds to the usual one, or is the whole as bytes."""
        if isinstance(header, bytes):
            head = header
        else:
            whole = {"alg": self.algorithm, "typ": "JWT", "kid": self.kid, **(header or {})}
            head = dumps({name: value for name, value in whole.items() if value is not None})
        body = claims if isinstance(claims, bytes) else dumps(claims)
        signed = f"{encode(head)}.{encode(body)}"
        rules = jwt.get_algorithm_by_name(self.algorithm)
        return f"{signed}.{encode(rules.sign(signed.encode(), self.private))}"


_made: dict[tuple[str, str, str], Signer] = {}


def signer(algorithm: str = "ES384", kid: str = "key-1", owner: str = "") -> Signer:
    """One key pair for each algorithm, kid and owner: RSA keys take long to make."""
    if (algorithm, kid, owner) not in _made:
        _made[algorithm, kid, owner] = Signer(algorithm, kid)
    return _made[algorithm, kid, owner]


def jwks(*signers: Signer) -> bytes:
    return dumps({"keys": [each.jwk for each in signers]})


def dumps(value: object) -> bytes:
    return json.dumps(value).encode()


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def claims(**changed: Any) -> Json:  # noqa: ANN401 - claims of any kind, wrong ones too
    """The claims of a right token of the client of `TRUST_FILE`; None leaves one out."""
    usual = {
        "iss": "https://ehr.example.org",
        "aud": "https://cds.example.org/cds-services/fake-patient-view",
        "exp": SECONDS + 300,
        "iat": SECONDS,
        "jti": str(uuid.uuid4()),
    }
    return {name: value for name, value in {**usual, **changed}.items() if value is not None}


def write_trust(folder: Path, *clients: Json, keys: Iterable[Signer] = ()) -> Path:
    """A trust file of these clients, and beside it the keys as keys.json."""
    (folder / "keys.json").write_bytes(jwks(*keys))
    tables = []
    for client in clients:
        profile = client.get("profile")
        lines = [f"{name} = {_toml(value)}" for name, value in client.items() if name != "profile"]
        lines += ["[client.profile]", *(f"{n} = {_toml(v)}" for n, v in profile.items())] if profile else []
        tables.append("\n".join(["[[client]]", *lines]))
    path = folder / "trust.toml"
    path.write_text("\n\n".join(tables), encoding="utf-8")
    return path


def _toml(value: object) -> str:
    return json.dumps(value)


EHR: Json = {"name": "ehr", "issuer": "https://ehr.example.org", "jwks_file": "keys.json"}
"""The client that the usual claims are of."""

Sign = Callable[..., str]
