"""Whatever is sent as a token, the answer is 401 or, where it is right, 200: never an error of the service."""

import json

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trust.signing import SECONDS, claims, dumps, encode, signer

DISCOVERY = "/cds-services"
CLAIMS = claims(aud=f"https://cds.example.org{DISCOVERY}")
QUICK = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

# Lone surrogates cannot be sent in a header; inside the JSON of a token they can, as escapes.
headers = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=200
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**40), 10**40),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from([*CLAIMS.values(), "ES384", "JWT", "key-1", SECONDS, SECONDS + 300]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def status(client: FlaskClient, authorization: str) -> int:
    answer = client.get(DISCOVERY, headers={"Authorization": authorization})
    assert answer.status_code != 200 or json.loads(answer.data)["services"]
    return answer.status_code


@pytest.mark.protocol("I4", "I5", "C13")
@QUICK
@given(headers)
def test_any_header(client: FlaskClient, authorization: str) -> None:
    assert status(client, authorization) == 401
    assert status(client, f"Bearer {authorization}") == 401


@pytest.mark.protocol("I4", "I5", "C13")
@QUICK
@given(st.binary(max_size=100), st.binary(max_size=100), st.binary(max_size=100))
def test_any_bytes_in_its_parts(client: FlaskClient, head: bytes, body: bytes, signature: bytes) -> None:
    assert status(client, f"Bearer {encode(head)}.{encode(body)}.{encode(signature)}") == 401


@pytest.mark.protocol("I4", "I5", "C13")
@QUICK
@given(st.dictionaries(st.sampled_from([*CLAIMS, "nbf", "tenant", "sub"]), values))
def test_any_claims_that_are_signed(client: FlaskClient, changed: dict[str, object]) -> None:
    token = signer().sign(dumps({**CLAIMS, **changed}))
    assert status(client, f"Bearer {token}") in {200, 401}


@pytest.mark.protocol("I4", "I5", "C13")
@QUICK
@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "jku", "crit", "b64", "jwk", "x5u"]), values))
def test_any_header_that_is_signed(client: FlaskClient, changed: dict[str, object]) -> None:
    token = signer().sign(
        dumps(claims(aud=CLAIMS["aud"])), dumps({"alg": "ES384", "typ": "JWT", "kid": "key-1", **changed})
    )
    assert status(client, f"Bearer {token}") in {200, 401}
