import json
from pathlib import Path
from typing import Any

import pytest

from cdshooks.trust.keys import ALGORITHMS, LARGEST_SET, NotAKeySet, read_keys, thumbprint
from tests.trust.signing import Signer, dumps, jwks, signer

SANDBOX = Path(__file__).resolve().parents[2] / "docs" / "clients" / "sandbox-jwks.json"
EC = signer().jwk
RSA = signer("RS384", "key-2").jwk


@pytest.mark.protocol("I10")
@pytest.mark.parametrize(
    ("algorithm", "allowed"),
    [
        ("ES256", {"ES256"}),
        ("ES384", {"ES384"}),
        ("ES512", {"ES512"}),
        ("EdDSA", {"EdDSA"}),
        ("RS384", {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}),
    ],
)
def test_a_key_verifies_with_the_algorithms_of_its_type(algorithm: str, allowed: set[str]) -> None:
    (key,) = read_keys(jwks(signer(algorithm, "key-2"))).keys
    assert key.algorithms == allowed
    assert allowed <= set(ALGORITHMS)


@pytest.mark.protocol("I10")
def test_a_key_that_names_its_algorithm_verifies_with_no_other() -> None:
    (key,) = read_keys(dumps({"keys": [{**RSA, "alg": "PS384"}]})).keys
    assert key.algorithms == {"PS384"}


@pytest.mark.protocol("I9")
def test_no_algorithm_has_a_shared_secret_or_none() -> None:
    assert not [name for name in ALGORITHMS if name.startswith("HS") or name.lower() == "none"]


@pytest.mark.parametrize(
    ("jwk", "why"),
    [
        ({**EC, "kid": None}, "has no kid"),
        ({**EC, "kid": ""}, "has no kid"),
        ({**EC, "kty": None}, "has no kty"),
        ({**EC, "crv": 384}, "has no kty"),
        ({**EC, "d": "c2VjcmV0"}, "holds a private key"),
        ({"kty": "oct", "k": "c2VjcmV0", "kid": "s"}, "holds a private key"),
        ({"kty": "oct", "kid": "s"}, "is of a type or curve"),
        ({**EC, "crv": "P-192"}, "is of a type or curve"),
        ({**EC, "crv": "secp256k1"}, "is of a type or curve"),
        ({**EC, "use": "enc"}, "is not for signatures"),
        ({**EC, "key_ops": ["encrypt"]}, "is not for verifying"),
        ({**EC, "key_ops": "verify"}, "is not for verifying"),
        ({**EC, "alg": "RS384"}, "names an algorithm"),
        ({**EC, "alg": "HS256"}, "names an algorithm"),
        ({**EC, "alg": "none"}, "names an algorithm"),
        ({**EC, "x": "AAAA"}, "is not a key"),
        ({**EC, "x": None}, "is not a key"),
        ({**EC, "x": 1}, "is not a key"),
        ({**EC, "x": EC["y"], "y": EC["x"]}, "is not a key"),
        ({**RSA, "n": ""}, "is not a key"),
        ({**RSA, "e": "AA"}, "is not a key"),
        ({**RSA, "n": [1]}, "is not a key"),
        (Signer("RS384", "small", bits=1024).jwk, "has not between 2048 and 8192 bits"),
        ("key", "is not an object"),
        (None, "is not an object"),
    ],
)
def test_a_key_that_is_not_usable_costs_the_others_nothing(jwk: Any, why: str) -> None:  # noqa: ANN401 - of any kind
    found = read_keys(dumps({"keys": [jwk, EC]}))
    assert [key.id for key in found.keys] == ["key-1"]
    (said,) = found.unusable
    assert said.startswith(f"key 1 {why}")
    assert "c2VjcmV0" not in said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"keys":{}}',
        b'{"keys":null}',
        b"\xff",
        b'{"keys":' + b"[" * 100_000,
        dumps({"keys": [EC] * 101}),
        b" " * LARGEST_SET + b"{}",
    ],
)
def test_what_is_no_key_set_is_told(content: bytes) -> None:
    with pytest.raises(NotAKeySet):
        read_keys(content)


def test_members_beyond_the_known_ones_are_ignored() -> None:
    found = read_keys(dumps({"keys": [{**EC, "x5c": ["MIIB"], "key_ops": ["verify"]}], "more": 1}))
    assert len(found.keys) == 1


def test_the_key_of_the_public_sandbox_is_known_however_it_is_written() -> None:
    (key,) = read_keys(SANDBOX.read_bytes()).keys
    assert key.is_published
    renamed = json.loads(SANDBOX.read_bytes())["keys"][0] | {"kid": "hospital", "alg": "ES384"}
    assert read_keys(dumps({"keys": [renamed]})).keys[0].is_published
    for other in (
        f"{renamed['x']}=",
        renamed["x"].replace("_", "/"),
        f"{renamed['x'][:5]}*{renamed['x'][5:]}",
    ):
        assert read_keys(dumps({"keys": [renamed | {"x": other}]})).keys[0].is_published
    assert not read_keys(jwks(signer())).keys[0].is_published


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    # The example of section 3.1.
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZ"
        "CiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJ"
        "ZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBn"
        "iIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    jwk = {"kty": "RSA", "n": modulus, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}
    assert thumbprint(jwk) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
