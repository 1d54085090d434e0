"""Nobody gets in with a token that is forged, expired, replayed or confused, and nobody learns why not."""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from typing import Any, NamedTuple

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cdshooks.app import create_app
from cdshooks.services.service import Call, Service
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing
from cdshooks.trust.refusal import Reason
from cdshooks.trust.token import open_token
from cdshooks.trust.trust_file import Circumstances, read
from cdshooks.wire.request import PatientViewContext
from cdshooks.wire.response import HookResponse
from tests.trust.signing import (
    NOW,
    SECONDS,
    Signer,
    claims,
    dumps,
    encode,
    jwks,
    signer,
    write_trust,
)

URL = "/cds-services/fake-patient-view"
BODY = {
    "hook": "patient-view",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {"userId": "Practitioner/1", "patientId": "p1"},
}
JKU = "https://ehr.example.org/jwks.json"
PUBLISHED_AT = {
    JKU: jwks(signer(), signer("RS384", "key-2")),
    "https://two.example.org/jwks": jwks(signer(owner="2")),
}
ASKED: list[str] = []


def fetch(url: str) -> bytes:
    ASKED.append(url)
    return PUBLISHED_AT[url]


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return []


@pytest.fixture(scope="module")
def client(calls: list[Call], tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A service with three clients: keys at a URL; the same kid with another key; and one of two tenants."""

    def answer(call: Call) -> HookResponse:
        calls.append(call)
        return HookResponse(cards=())

    service = Service(
        id="fake-patient-view",
        hook="patient-view",
        title="Fake",
        description="Answers nothing.",
        usage_requirements="None.",
        prefetch=lambda _terminology: {},
        context=PatientViewContext,
        answer=answer,
    )
    path = write_trust(
        tmp_path_factory.mktemp("trust"),
        {"name": "ehr", "issuer": "https://ehr.example.org", "jku": JKU},
        {"name": "two", "issuer": "https://two.example.org", "jku": "https://two.example.org/jwks"},
        {
            "name": "tenant-a",
            "issuer": "https://many.example.org",
            "jku": JKU,
            "tenants": ["a"],
            "subjects": ["client-1"],
        },
    )
    given = Circumstances(
        service_ids=["fake-patient-view"], public_url="https://cds.example.org", dev=False, fetch=fetch
    )
    app = create_app(
        Settings(public_url="https://cds.example.org", workers=1),
        kept=keep_nothing(),
        services=(service,),
        now=lambda: NOW,
        trust=read(path, given),
    )
    app.testing = True
    return app.test_client()


def call(client: FlaskClient, authorization: str | None, url: str = URL) -> TestResponse:
    headers = {} if authorization is None else {"Authorization": authorization}
    return client.post(url, json=BODY, headers=headers)


class Attack(NamedTuple):
    name: str
    reason: Reason
    authorization: str | None


def public_pem() -> bytes:
    public = signer("RS384", "key-2").private.public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return bytes(public.public_bytes(serialization.Encoding.PEM, form))


def with_shared_secret(secret: bytes, algorithm: str = "HS256", kid: str = "key-2") -> str:
    signed = f"{encode(dumps({'alg': algorithm, 'typ': 'JWT', 'kid': kid}))}.{encode(dumps(claims()))}"
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[algorithm]
    return f"{signed}.{encode(hmac.new(secret, signed.encode(), digest).digest())}"


def attacks() -> Iterator[Attack]:  # noqa: PLR0915 - a flat list of cases
    right = signer()
    good = right.sign(claims())
    head, body, signature = good.split(".")

    def bearer(name: str, reason: Reason, token: str) -> Attack:
        return Attack(name, reason, f"Bearer {token}")

    def changed(name: str, reason: Reason, **values: Any) -> Attack:  # noqa: ANN401 - claims of any kind
        return bearer(name, reason, right.sign(claims(**values)))

    def header(name: str, reason: Reason, key: Signer = right, **values: Any) -> Attack:  # noqa: ANN401 - as above
        return bearer(name, reason, key.sign(claims(), values))

    def raw_claims(name: str, reason: Reason, text: str) -> Attack:
        return bearer(name, reason, right.sign(text.encode("utf-8", "surrogatepass")))

    # What is no bearer token
    yield Attack("no header", Reason.NO_TOKEN, None)
    yield Attack("empty header", Reason.NO_TOKEN, "")
    yield Attack("the word alone", Reason.NOT_BEARER, "Bearer")
    yield Attack("the word and a blank", Reason.NOT_BEARER, "Bearer ")
    yield Attack("another scheme", Reason.NOT_BEARER, f"Basic {good}")
    yield Attack("DPoP", Reason.NOT_BEARER, f"DPoP {good}")
    yield Attack("no scheme", Reason.NOT_BEARER, good)
    yield Attack("two tokens", Reason.NOT_BEARER, f"Bearer {good} {good}")
    yield Attack("two headers joined", Reason.NOT_BEARER, f"Bearer {good},Bearer {good}")
    yield Attack("a tab for a blank", Reason.NOT_BEARER, f"Bearer\t{good}")
    yield Attack("a quoted token", Reason.MALFORMED, f'Bearer "{good}"')
    yield bearer("huge", Reason.TOO_LONG, right.sign(claims(more="x" * 8000)))
    yield bearer("huge junk", Reason.TOO_LONG, "a." * 500_000)

    # What is no token
    yield bearer("junk", Reason.MALFORMED, "junk")
    yield bearer("dots", Reason.MALFORMED, "..")
    yield bearer("two parts", Reason.MALFORMED, f"{head}.{body}")
    yield bearer("four parts", Reason.MALFORMED, f"{good}.{signature}")
    yield bearer("five parts, as when encrypted", Reason.MALFORMED, f"{good}.{signature}.{signature}")
    yield bearer("no signature", Reason.MALFORMED, f"{head}.{body}.")
    yield bearer("nothing before the dot", Reason.MALFORMED, f".{body}.{signature}")
    yield bearer("no claims", Reason.MALFORMED, f"{head}..{signature}")
    yield bearer("padding", Reason.MALFORMED, f"{head}=.{body}.{signature}")
    yield bearer("standard base64", Reason.MALFORMED, f"{head}.+/+/.{signature}")
    yield bearer("bits nobody reads", Reason.MALFORMED, f"{encode(b'{}')[:-1]}1.{body}.{signature}")
    yield bearer("not UTF-8", Reason.MALFORMED, right.sign(b'{"iss":"\xff"}'))
    yield bearer("a byte order mark", Reason.MALFORMED, right.sign(b"\xef\xbb\xbf" + dumps(claims())))
    yield bearer("claims that are a list", Reason.CLAIMS, right.sign(b"[]"))
    yield bearer("claims that are a text", Reason.CLAIMS, right.sign(b'"x"'))
    yield bearer("a header that is a list", Reason.HEADER, right.sign(claims(), b"[]"))
    yield bearer("a header that is no JSON", Reason.MALFORMED, right.sign(claims(), b"{"))
    yield bearer("deeply nested claims", Reason.MALFORMED, right.sign(b"[" * 5000))
    yield bearer("deeply nested header", Reason.MALFORMED, right.sign(claims(), b'{"a":' * 800))

    # Algorithms
    for name in ("none", "None", "NONE", "nOnE", "", " none", "none\x00"):
        token = f"{encode(dumps({'alg': name, 'typ': 'JWT', 'kid': 'key-1'}))}.{body}."
        yield bearer(f"alg {name!r} without a signature", Reason.MALFORMED, token)
        yield bearer(f"alg {name!r} with one", Reason.ALGORITHM, f"{token}{signature}")
    for algorithm in ("HS256", "HS384", "HS512"):
        yield bearer(
            f"{algorithm} with the public key", Reason.ALGORITHM, with_shared_secret(public_pem(), algorithm)
        )
    yield bearer("HS256 with the JWK set", Reason.ALGORITHM, with_shared_secret(PUBLISHED_AT[JKU]))
    yield bearer("HS256 with nothing", Reason.ALGORITHM, with_shared_secret(b""))
    yield header("alg is a list", Reason.HEADER, alg=["ES384"])
    yield header("alg is missing", Reason.HEADER, alg=None)
    yield header("alg in lower case", Reason.ALGORITHM, alg="es384")
    yield header("an algorithm that is not agreed", Reason.ALGORITHM, signer("RS256", "key-2"))
    yield header("RS384 with the kid of an EC key", Reason.KEY_TYPE, signer("RS384", "key-2"), kid="key-1")
    yield header("ES384 with the kid of an RSA key", Reason.KEY_TYPE, kid="key-2")
    yield header("an EC signature called RS384", Reason.KEY_TYPE, alg="RS384")
    yield header("an EC signature called RS384 of the RSA key", Reason.SIGNATURE, alg="RS384", kid="key-2")

    # Keys
    yield header("another's key with the right kid", Reason.SIGNATURE, Signer("ES384", "key-1"))
    yield header("another's RSA key with the right kid", Reason.SIGNATURE, Signer("RS384", "key-2"))
    yield header("kid is missing", Reason.HEADER, kid=None)
    yield header("kid is empty", Reason.HEADER, kid="")
    yield header("kid is a number", Reason.HEADER, kid=1)
    yield header("an unknown kid", Reason.KEY_UNKNOWN, kid="key-9")
    yield header("a kid in other case", Reason.KEY_UNKNOWN, kid="KEY-1")
    yield header("a kid that is a path", Reason.KEY_UNKNOWN, kid="../../../../dev/null")
    yield header("a kid that is SQL", Reason.KEY_UNKNOWN, kid="x' UNION SELECT 'key-1")
    yield header("a kid that is a command", Reason.KEY_UNKNOWN, kid="key-1|id")
    yield header("a kid with a NUL", Reason.KEY_UNKNOWN, kid="key-1\x00")
    yield header("a kid in letters that look alike", Reason.KEY_UNKNOWN, kid="kеy-1")
    for name, place in {
        "elsewhere": "https://evil.example/jwks.json",
        "with a user name": "https://ehr.example.org@evil.example/jwks.json",
        "with a user name before it": "https://x@ehr.example.org/jwks.json",
        "with a fragment": f"{JKU}#x",
        "with a query": f"{JKU}?x",
        "with a slash at the end": f"{JKU}/",
        "with a dot segment": "https://ehr.example.org/x/../jwks.json",
        "with a port": "https://ehr.example.org:443/jwks.json",
        "in capitals": "HTTPS://EHR.EXAMPLE.ORG/jwks.json",
        "without TLS": "http://ehr.example.org/jwks.json",
        "in a file": "file:///etc/passwd",
        "on the metadata host": "http://169.254.169.254/latest/meta-data",
        "of another client": "https://two.example.org/jwks",
        "empty": "",
    }.items():
        yield header(f"jku {name}", Reason.KEY_LOCATION, Signer("ES384", "key-1"), jku=place)
    yield header("jku is a list", Reason.HEADER, jku=[JKU])
    thief = Signer("ES384", "key-1")
    yield header("its own key along with it", Reason.SIGNATURE, thief, jwk=thief.jwk)
    yield header("its own key under a new kid", Reason.KEY_UNKNOWN, thief, jwk=thief.jwk, kid="thief")
    yield header("x5u", Reason.SIGNATURE, thief, x5u="https://evil.example/cert.pem")
    yield header("x5c", Reason.SIGNATURE, thief, x5c=["MIIB"])
    yield header("crit", Reason.CRITICAL_EXTENSION, crit=["exp"])
    unknown = {"crit": ["urn:example:x"], "urn:example:x": 1}
    yield bearer("an unknown crit", Reason.CRITICAL_EXTENSION, right.sign(claims(), unknown))
    yield header("an empty crit", Reason.CRITICAL_EXTENSION, crit=[])
    yield header("b64", Reason.CRITICAL_EXTENSION, b64=False)
    yield header("b64 that is critical", Reason.CRITICAL_EXTENSION, b64=False, crit=["b64"])
    yield header("typ is missing", Reason.HEADER, typ=None)
    yield header("an access token", Reason.TYPE, typ="at+jwt")
    yield header("a logout token", Reason.TYPE, typ="logout+jwt")
    yield bearer(
        "a header that says alg twice",
        Reason.MALFORMED,
        right.sign(claims(), b'{"alg":"none","typ":"JWT","kid":"key-1","alg":"ES384"}'),
    )

    # Signatures
    yield bearer(
        "a swapped payload", Reason.SIGNATURE, f"{head}.{encode(dumps(claims(sub='x')))}.{signature}"
    )
    yield bearer(
        "another token's signature", Reason.SIGNATURE, f"{head}.{body}.{right.sign(claims()).split('.')[2]}"
    )
    yield bearer("a truncated signature", Reason.SIGNATURE, f"{head}.{body}.{signature[:64]}")
    yield bearer("a signature of zeros", Reason.SIGNATURE, f"{head}.{body}.{encode(bytes(96))}")
    yield bearer("a signature in DER", Reason.SIGNATURE, f"{head}.{body}.{encode(b'0' * 102)}")
    yield bearer("a truncated token", Reason.MALFORMED, good[: len(head) + 20])

    # Whose
    yield changed("an unknown issuer", Reason.ISSUER, iss="https://evil.example")
    yield changed("an issuer with a slash", Reason.ISSUER, iss="https://ehr.example.org/")
    yield changed("an issuer in capitals", Reason.ISSUER, iss="https://EHR.example.org")
    yield changed("an issuer with a blank", Reason.ISSUER, iss=" https://ehr.example.org")
    yield changed("no issuer", Reason.CLAIMS, iss=None)
    yield changed("an empty issuer", Reason.CLAIMS, iss="")
    yield changed("issuers in a list", Reason.CLAIMS, iss=["https://ehr.example.org"])
    yield changed("another client's name, own key", Reason.SIGNATURE, iss="https://two.example.org")
    two = signer(owner="2")
    yield bearer("own name of two, key of two, said to be ehr", Reason.SIGNATURE, two.sign(claims()))
    many = {"iss": "https://many.example.org", "sub": "client-1"}
    yield changed("no tenant", Reason.TENANT, **many)
    yield changed("another tenant", Reason.TENANT, **many, tenant="b")
    yield changed("a tenant in a list", Reason.CLAIMS, **many, tenant=["a"])
    yield changed("another subject", Reason.SUBJECT, **{**many, "sub": "client-2"}, tenant="a")
    yield changed("no subject", Reason.SUBJECT, iss=many["iss"], tenant="a")

    # For whom
    yield changed("another audience", Reason.AUDIENCE, aud="https://evil.example")
    yield changed("no audience", Reason.CLAIMS, aud=None)
    yield changed("an empty audience", Reason.AUDIENCE, aud="")
    yield changed("no audience in the list", Reason.AUDIENCE, aud=[])
    yield changed(
        "a list of others", Reason.AUDIENCE, aud=["https://evil.example", "https://cds.example.org"]
    )
    yield changed("an audience that is a number", Reason.CLAIMS, aud=[1])
    yield changed("an audience that is an object", Reason.CLAIMS, aud={"x": 1})
    yield changed("the base URL", Reason.AUDIENCE, aud="https://cds.example.org")
    yield changed("the discovery URL", Reason.AUDIENCE, aud="https://cds.example.org/cds-services")
    yield changed("another service", Reason.AUDIENCE, aud="https://cds.example.org/cds-services/other")
    yield changed("a slash at the end", Reason.AUDIENCE, aud=f"{claims()['aud']}/")
    yield changed("a query", Reason.AUDIENCE, aud=f"{claims()['aud']}?")
    yield changed("without TLS", Reason.AUDIENCE, aud=str(claims()["aud"]).replace("https", "http"))
    yield changed(
        "the Host header's name", Reason.AUDIENCE, aud="http://localhost/cds-services/fake-patient-view"
    )

    # When
    yield changed("expired", Reason.EXPIRED, iat=SECONDS - 361, exp=SECONDS - 61)
    yield changed("expired this very second", Reason.EXPIRED, iat=SECONDS - 360, exp=SECONDS - 60)
    yield changed("expired in 1970", Reason.EXPIRED, iat=0, exp=0)
    yield changed("no end", Reason.CLAIMS, exp=None)
    yield changed("an end in words", Reason.CLAIMS, exp="2026-03-14T12:05:00Z")
    yield changed("an end that is a text", Reason.CLAIMS, exp=str(SECONDS + 300))
    yield changed("an end that is true", Reason.CLAIMS, exp=True)
    yield changed("an end in a list", Reason.CLAIMS, exp=[SECONDS + 300])
    yield changed("an end before 1970", Reason.CLAIMS, exp=-1)
    yield changed("an end in milliseconds", Reason.CLAIMS, exp=(SECONDS + 300) * 1000)
    yield changed("an end far away", Reason.LIFETIME, exp=SECONDS + 10**9)
    yield changed("an end at the end of time", Reason.CLAIMS, exp=10**30)
    for text in ("NaN", "Infinity", "-Infinity"):
        yield raw_claims(f"an end that is {text}", Reason.MALFORMED, _text(exp=text))
    yield raw_claims("an end of many digits", Reason.CLAIMS, _text(exp="9" * 5000))
    yield raw_claims("an end with a large exponent", Reason.CLAIMS, _text(exp="1e400"))
    yield raw_claims("an end in hexadecimal", Reason.MALFORMED, _text(exp="0x7fffffff"))
    yield changed("issued in the future", Reason.ISSUED_LATER, iat=SECONDS + 61, exp=SECONDS + 200)
    yield changed("not issued", Reason.CLAIMS, iat=None)
    yield changed("issued at a text", Reason.CLAIMS, iat=str(SECONDS))
    yield changed("valid in the future", Reason.NOT_YET_VALID, nbf=SECONDS + 61)
    yield changed("valid from a text", Reason.CLAIMS, nbf="now")
    yield changed("valid for too long", Reason.LIFETIME, exp=SECONDS + 301)
    yield changed("over before it began", Reason.LIFETIME, iat=SECONDS + 50, exp=SECONDS + 10)

    # Once
    yield changed("no id", Reason.CLAIMS, jti=None)
    yield changed("an empty id", Reason.CLAIMS, jti="")
    yield changed("an id that is a number", Reason.CLAIMS, jti=1)
    yield raw_claims("claims that say aud twice", Reason.MALFORMED, _text(exp=f'{SECONDS + 300},"aud":"x"'))
    yield raw_claims("a lone surrogate", Reason.CLAIMS, _text(exp=f'{SECONDS + 300},"tenant":"\\ud800"'))
    yield raw_claims(
        "a surrogate in bytes", Reason.MALFORMED, _text(exp=f'{SECONDS + 300},"tenant":"\ud800"')
    )


def _text(exp: str) -> str:
    """The usual claims as text, with something in the place of `exp` that json would not write."""
    return json.dumps(claims(exp=0)).replace('"exp": 0', f'"exp": {exp}')


ATTACKS = list(attacks())


def test_there_are_enough_of_them() -> None:
    assert len(ATTACKS) >= 60
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert {attack.reason for attack in ATTACKS} == set(Reason) - {Reason.REPLAYED}


@pytest.mark.protocol("I2", "I3", "I4", "I5", "I6", "I7", "I9", "I10", "I12", "I13", "C8")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_none_gets_in(
    client: FlaskClient, calls: list[Call], attack: Attack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    calls.clear()
    answer = call(client, attack.authorization)
    assert answer.status_code == 401
    assert answer.data == call(client, None).data
    assert dict(answer.headers) == dict(call(client, None).headers)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert not calls
    assert f"refused a call: {attack.reason.value} (client: " in caplog.text
    # Neither a token nor a value of one reaches the log.
    assert set(ASKED) <= set(PUBLISHED_AT)
    for part in (attack.authorization or "").split("."):
        assert len(part) < 12 or part not in caplog.text
    assert "evil" not in caplog.text


@pytest.mark.protocol("I10", "I11")
@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_a_right_one_gets_in_once(client: FlaskClient, calls: list[Call], algorithm: str) -> None:
    calls.clear()
    token = signer(algorithm, "key-1" if algorithm == "ES384" else "key-2").sign(claims(), {"jku": JKU})
    assert call(client, f"Bearer {token}").status_code == 200
    assert [each.client.name for each in calls] == ["ehr"]
    again = call(client, f"Bearer {token}")
    assert again.status_code == 401
    assert again.data == call(client, None).data
    assert len(calls) == 1


@pytest.mark.protocol("I5", "I12", "I13")
@pytest.mark.parametrize(
    "changed",
    [
        {"aud": ["https://else.example", "https://cds.example.org/cds-services/fake-patient-view"]},
        {"exp": SECONDS + 240.5, "iat": SECONDS - 0.25},
        {"iat": SECONDS - 350, "exp": SECONDS - 59},
        {"iat": SECONDS + 60, "exp": SECONDS + 200},
        {"nbf": SECONDS - 300},
        {"nbf": SECONDS + 60},
        {"tenant": "whoever", "sub": "someone", "more": {"deep": [1]}},
        {"jti": "ünïcödé \U0001f512"},
        {"iss": "https://many.example.org", "tenant": "a", "sub": "client-1"},
    ],
)
def test_what_is_unusual_and_right_gets_in(client: FlaskClient, changed: dict[str, Any]) -> None:
    assert call(client, f"bearer  {signer().sign(claims(**changed))}").status_code == 200


def test_the_tokens_of_the_tests_are_tokens_to_others_too() -> None:
    token = signer("RS384", "key-2").sign(claims())
    read_back = jwt.decode(
        token,
        signer("RS384", "key-2").private.public_key(),
        algorithms=["RS384"],
        audience=claims()["aud"],
        options={"verify_exp": False, "verify_iat": False},
    )
    assert read_back["iss"] == "https://ehr.example.org"


def test_a_token_in_its_parts_does_not_show_itself() -> None:
    token = open_token(signer().sign(claims()))
    assert repr(token) == str(token) == "Token(…)"


@pytest.mark.protocol("I11")
def test_a_token_used_at_one_endpoint_is_used_up_for_all(client: FlaskClient) -> None:
    both = [str(claims()["aud"]), "https://cds.example.org/cds-services"]
    token = signer().sign(claims(aud=both))
    assert client.get("/cds-services", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert call(client, f"Bearer {token}").status_code == 401


@pytest.mark.protocol("I11")
def test_a_token_with_a_wrong_signature_uses_nobodys_id_up(client: FlaskClient) -> None:
    asked = claims(jti="the-same")
    assert call(client, f"Bearer {Signer('ES384', 'key-1').sign(asked)}").status_code == 401
    assert (
        call(client, f"Bearer {signer().sign({**asked, 'aud': 'https://else.example'})}").status_code == 401
    )
    assert call(client, f"Bearer {signer().sign(asked)}").status_code == 200


@pytest.mark.protocol("I11")
def test_two_clients_may_use_the_same_id(client: FlaskClient) -> None:
    one = signer().sign(claims(jti="shared"))
    two = signer(owner="2").sign(claims(jti="shared", iss="https://two.example.org"))
    assert [call(client, f"Bearer {token}").status_code for token in (one, two)] == [200, 200]
