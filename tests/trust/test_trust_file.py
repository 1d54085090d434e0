"""The trust file is read strictly, and every mistake in it is named, without a value of it."""

from pathlib import Path
from typing import Any

import pytest

from cdshooks.trust.client import Client, Profile
from cdshooks.trust.file_error import TrustFileError
from cdshooks.trust.refusal import Reason, Refused
from cdshooks.trust.trust_file import Circumstances, read
from cdshooks.trust.trusted import Trust
from tests.trust.signing import EHR, Json, dumps, signer, write_trust

SECRET = "hunter2"
JKU: Json = {"name": "ehr", "issuer": "https://ehr.example.org", "jku": "https://ehr.example.org/jwks"}
DOCS = Path(__file__).resolve().parents[2] / "docs"


def fetch(_url: str) -> bytes:
    raise AssertionError("keys are fetched when a call needs them")


def given(*, dev: bool = False, public_url: str | None = "https://cds.example.org") -> Circumstances:
    return Circumstances(service_ids=["bone"], public_url=public_url, dev=dev, fetch=fetch)


def load(folder: Path, *clients: Json, **circumstances: Any) -> Trust:  # noqa: ANN401 - what `given` takes
    return read(write_trust(folder, *clients, keys=[signer()]), given(**circumstances))


def mistakes(folder: Path, *clients: Json, **circumstances: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
    with pytest.raises(TrustFileError) as caught:
        load(folder, *clients, **circumstances)
    assert SECRET not in str(caught.value)
    assert str(folder / "trust.toml") in str(caught.value)
    return caught.value.mistakes


def test_a_client_has_what_the_file_says_and_defaults(tmp_path: Path) -> None:
    (tmp_path / "codes.toml").write_text(
        '[[code]]\nsystem = "urn:x"\ncode = "CA"\nconcept = "calcium-total"\n', encoding="utf-8"
    )
    whole: Json = {
        **JKU,
        "audiences": ["urn:cds"],
        "algorithms": ["PS256"],
        "tenants": ["a"],
        "subjects": ["s"],
        "services": ["bone"],
        "fhir_origins": ["https://fhir.example.org"],
        "fhir_networks": ["10.20.0.0/16", "fd12::/48"],
        "fhir_deadline": 2.5,
        "code_map": "codes.toml",
        "leeway_seconds": 0,
        "longest_lifetime_seconds": 3600,
        "profile": {
            "version": "3.0",
            "action_selection_behavior": True,
            "markdown": "none",
            "max_cards": 1,
            "action_resource_types": ["ServiceRequest"],
            "evaluation": False,
        },
    }
    few = {**EHR, "name": "few", "issuer": "https://few.example.org"}
    one, two = load(tmp_path, whole, few).clients
    assert one.client == Client(
        name="ehr",
        fhir_origins=("https://fhir.example.org",),
        fhir_networks=("10.20.0.0/16", "fd12::/48"),
        fhir_deadline=2.5,
        services=frozenset({"bone"}),
        profile=Profile(
            version="3.0",
            action_selection_behavior=True,
            markdown="none",
            max_cards=1,
            action_resource_types=frozenset({"ServiceRequest"}),
            evaluation=False,
        ),
    )
    assert (one.jku, one.audiences, one.algorithms) == (JKU["jku"], ("urn:cds",), ("PS256",))
    assert (one.tenants, one.subjects) == (frozenset({"a"}), frozenset({"s"}))
    assert (one.leeway_seconds, one.longest_lifetime_seconds) == (0, 3600)
    assert [code.code for code in one.local_codes or ()] == ["CA"]
    assert two.client == Client(name="few")
    assert (two.jku, two.audiences, two.algorithms) == (None, None, ("ES384", "RS384"))
    assert (two.tenants, two.subjects, two.local_codes) == (None, None, None)
    assert (two.leeway_seconds, two.longest_lifetime_seconds) == (60, 300)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"nmae": SECRET}, "nmae: unknown; did you mean name?"),
        ({"name": "EHR 1"}, "name: expected letters a to z, digits and hyphens, at most 64"),
        ({"name": "x" * 65}, "name: expected letters a to z, digits and hyphens, at most 64"),
        ({"name": "anyone"}, "name: is what clients are called that nobody checks; choose another"),
        ({"issuer": ""}, "issuer: expected a text"),
        ({"issuer": [SECRET]}, "issuer: expected a text"),
        ({"jku": SECRET}, "jku: is not a URL in ASCII; expected an https URL without user name and fragment"),
        ({"jku": "http://ehr.example.org"}, "jku: is not https; expected an https URL without user name"),
        ({"jku": f"https://me:{SECRET}@ehr.example.org/"}, "jku: holds a user name; expected"),
        ({"jku": 1}, "jku: expected an https URL without user name and fragment"),
        ({"jwks_file": "keys.json"}, "jku: expected either this or jwks_file, which say where"),
        ({"audiences": []}, "audiences: expected a list of texts"),
        ({"audiences": SECRET}, "audiences: expected a list of texts"),
        ({"audiences": [""]}, "audiences: expected a list of texts"),
        ({"algorithms": []}, "algorithms: expected a list of ES384, RS384, ES256"),
        ({"algorithms": ["none"]}, "algorithms: expected a list of ES384"),
        ({"algorithms": ["HS256"]}, "algorithms: expected a list of ES384"),
        ({"algorithms": ["ES384", "HS384"]}, "algorithms: expected a list of ES384"),
        ({"algorithms": ["es384"]}, "algorithms: expected a list of ES384"),
        ({"tenants": []}, "tenants: expected a list of texts"),
        ({"subjects": SECRET}, "subjects: expected a list of texts"),
        ({"services": [SECRET]}, "services: not among those there are: bone"),
        ({"fhir_origins": ["https://x/fhir"]}, "fhir_origins: expected a list of https origins"),
        ({"fhir_origins": ["http://x"]}, "fhir_origins: one is not https"),
        ({"fhir_origins": ["*"]}, "fhir_origins: expected a list of https origins"),
        ({"fhir_networks": ["10.0.0.0"]}, "fhir_networks: expected a list of networks such as"),
        ({"fhir_networks": ["10.0.0.1/8"]}, "fhir_networks: expected a list of networks such as"),
        ({"fhir_networks": ["10.0.0.0/33"]}, "fhir_networks: expected a list of networks such as"),
        ({"fhir_deadline": 0}, "fhir_deadline: expected seconds from 0.05 to 60"),
        ({"fhir_deadline": "3"}, "fhir_deadline: expected seconds from 0.05 to 60"),
        ({"code_map": ""}, "code_map: expected the path of a file"),
        ({"code_map": 1}, "code_map: expected the path of a file"),
        ({"code_map": "nowhere.toml"}, "code_map: "),
        ({"leeway_seconds": 61}, "leeway_seconds: expected a whole number from 0 to 60"),
        ({"leeway_seconds": True}, "leeway_seconds: expected a whole number from 0 to 60"),
        ({"longest_lifetime_seconds": 0}, "longest_lifetime_seconds: expected a whole number from 1 to 3600"),
        ({"profile": {"version": "1.0"}}, 'profile.version: expected "2.0" or "3.0"'),
        ({"profile": {"max_card": 1}}, "profile.max_card: unknown; did you mean max_cards?"),
        ({"profile": {"max_cards": 0}}, "profile.max_cards: expected a whole number from 1"),
        ({"profile": {"evaluation": "no"}}, "profile.evaluation: expected true or false"),
        ({"profile": {"action_resource_types": ["medication"]}}, "profile.action_resource_types: expected a"),
        (
            {"profile": {"action_selection_behavior": True}},
            "profile.action_selection_behavior: is of CDS Hooks 3.0",
        ),
        ({"issuer": "https://sandbox.cds-hooks.org"}, "issuer: is the public sandbox"),
        ({"jku": "https://sandbox.cds-hooks.org/.well-known/jwks.json"}, "issuer: is the public sandbox"),
    ],
)
def test_each_mistake_is_told(tmp_path: Path, changed: Json, told: str) -> None:
    (found,) = mistakes(tmp_path, {**JKU, **changed})
    name = changed.get("name", "ehr")
    assert found.startswith(f"client 1 ({name}): {told}")


@pytest.mark.parametrize("name", ["name", "issuer"])
def test_what_is_missing_is_told(tmp_path: Path, name: str) -> None:
    (found,) = mistakes(tmp_path, {key: value for key, value in JKU.items() if key != name})
    assert found.endswith(f"{name}: is missing")


def test_a_client_without_a_place_of_keys_is_told(tmp_path: Path) -> None:
    assert "jku: expected either this or jwks_file" in mistakes(tmp_path, {"name": "a", "issuer": "b"})[0]


def test_a_profile_that_is_no_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "trust.toml"
    path.write_text(
        '[[client]]\nname = "ehr"\nissuer = "i"\njku = "https://x/"\nprofile = 1\n', encoding="utf-8"
    )
    with pytest.raises(TrustFileError, match=r"profile: expected a table, \[client.profile\]"):
        read(path, given())


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path, {**JKU, "more": SECRET, "leeway_seconds": SECRET}, {"profile": {"version": SECRET}}
    )
    assert [line.partition(": ")[0] for line in found] == ["client 1 (ehr)"] * 2 + ["client 2"] * 3


def test_without_a_public_url_audiences_have_to_be_set(tmp_path: Path) -> None:
    assert "public_url" in mistakes(tmp_path, JKU, public_url=None)[0]
    load(tmp_path, {**JKU, "audiences": ["urn:cds"]}, public_url=None)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "names no client"),
        ("client = 1", "names no client"),
        ("client = [1]", "names no client"),
        ("[client]\nname = 'x'", "names no client"),
        ("[[clients]]\nname = 'x'", "clients: unknown; at the top is only [[client]]"),
        ("[[client]", "is not TOML"),
    ],
)
def test_a_file_without_clients_is_told(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "trust.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(TrustFileError) as caught:
        read(path, given())
    assert told in str(caught.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(TrustFileError, match="cannot be read: No such file"):
        read(tmp_path / "nowhere.toml", given())
    (tmp_path / "trust.toml").write_bytes(b"\xff")
    with pytest.raises(TrustFileError, match="is not UTF-8 text"):
        read(tmp_path / "trust.toml", given())


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (b"<html>", "jwks_file: keys.json is not a JSON object in UTF-8"),
        (b"{}", "jwks_file: keys.json holds no list of at most 100 keys"),
        (dumps({"keys": []}), "jwks_file: holds no key for ES384, RS384"),
        (
            dumps({"keys": [signer().jwk, {**signer().jwk, "d": SECRET}]}),
            "jwks_file: key 2 holds a private key",
        ),
        (dumps({"keys": [{**signer().jwk, "use": "enc"}]}), "jwks_file: key 1 is not for signatures (use)"),
        (dumps({"keys": [{**signer().jwk, "d": SECRET}]}), "jwks_file: key 1 holds a private key"),
        (
            dumps({"keys": [signer("ES256").jwk]}),
            "jwks_file: holds no key for ES384, RS384",
        ),
        (
            (DOCS / "clients" / "sandbox-jwks.json").read_bytes(),
            "jwks_file: holds a key whose private half is",
        ),
    ],
)
def test_a_key_file_that_cannot_be_used_is_told(tmp_path: Path, keys: bytes, told: str) -> None:
    path = write_trust(tmp_path, EHR)
    (tmp_path / "keys.json").write_bytes(keys)
    with pytest.raises(TrustFileError) as caught:
        read(path, given())
    assert caught.value.mistakes[0].startswith(f"client 1 (ehr): {told}")
    assert SECRET not in str(caught.value)


def test_a_key_for_another_purpose_beside_the_right_one_is_no_mistake(tmp_path: Path) -> None:
    path = write_trust(tmp_path, EHR)
    other = {**signer("RS384", "key-2").jwk, "use": "enc"}
    (tmp_path / "keys.json").write_bytes(dumps({"keys": [other, signer("ES256").jwk, signer().jwk]}))
    (client,) = read(path, given()).clients
    assert client.keys.find("key-1", "ES384").id == "key-1"


def test_a_key_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = write_trust(tmp_path, {**EHR, "jwks_file": "nowhere.json"})
    with pytest.raises(TrustFileError, match=r"nowhere\.json cannot be read: No such file"):
        read(path, given())


@pytest.mark.protocol("I13")
def test_clients_can_be_told_apart(tmp_path: Path) -> None:
    other = {**JKU, "name": "other"}
    apart = [{**JKU, "tenants": ["a", "b"]}, {**other, "tenants": ["c"]}]
    trust = load(tmp_path, *apart)
    assert [trust.find(JKU["issuer"], tenant).client.name for tenant in "abc"] == ["ehr", "ehr", "other"]
    with pytest.raises(Refused) as caught:
        trust.find(JKU["issuer"], "d")
    assert caught.value.reason is Reason.TENANT

    assert mistakes(tmp_path, JKU, {**JKU, "issuer": "https://x"}) == ("name: ehr is the name of 2 clients",)
    assert mistakes(tmp_path, JKU, other) == (
        "tenants: ehr and other have one issuer; then each needs tenants of its own",
    )
    assert mistakes(tmp_path, {**JKU, "tenants": ["a"]}, {**other, "tenants": ["a"]}) == (
        "tenants: ehr and other have one issuer and a tenant in common",
    )


def test_development_takes_what_is_on_this_machine_and_published_keys(tmp_path: Path) -> None:
    local = {**JKU, "jku": "http://127.0.0.1:9/jwks", "fhir_origins": ["http://localhost:8080"]}
    load(tmp_path, local, dev=True)
    assert len(mistakes(tmp_path, local)) == 2
    read(DOCS / "clients" / "sandbox.toml", given(dev=True))
    with pytest.raises(TrustFileError) as caught:
        read(DOCS / "clients" / "sandbox.toml", given())
    assert [mistake.partition(": ")[2].partition(":")[0] for mistake in caught.value.mistakes] == [
        "issuer",
        "jwks_file",
    ]


@pytest.mark.parametrize("name", ["epic", "oracle", "da-vinci"])
def test_the_examples_can_be_used(name: str) -> None:
    ids = ["bone-health-patient-view"]
    given_here = Circumstances(service_ids=ids, public_url="https://cds.example.org", dev=False, fetch=fetch)
    assert len(read(DOCS / "clients" / f"{name}.toml", given_here).clients) == 1
