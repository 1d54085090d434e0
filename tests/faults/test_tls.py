"""The certificate of a FHIR server is verified for its name, at the address that was looked at."""

import datetime
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cdshooks.chart.servers import FhirServers
from cdshooks.settings import Settings, SettingsError
from cdshooks.trust.client import Client
from tests.charts import Json, patient, t_score
from tests.faults import fhir_server as fault
from tests.faults.asking import CHART, ask, at_the_deadline, in_time, servers
from tests.faults.fhir_server import FhirServer, bundle, fhir_server

NAME = "ehr.test"
KEYS: Json = {"patient": patient(), "bone-density": bundle([t_score("-2.7")])}


def certificate(name: str, file: Path) -> Path:
    """A certificate of its own for the name, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(NAME, tmp_path_factory.mktemp("tls") / "ehr.pem")


@pytest.fixture
def context(authority: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(authority)
    return made


@pytest.fixture
def server(context: ssl.SSLContext) -> Iterator[FhirServer]:
    with fhir_server(CHART, context) as server:
        yield server


def bound(server: FhirServer, name: str = NAME, networks: tuple[str, ...] = ("127.0.0.0/8",)) -> Client:
    return Client(name="h", fhir_origins=(f"https://{name}:{server.port}",), fhir_networks=networks)


class Rebinding:
    """A name that stands for this machine when it is looked at, and for nothing good ever after."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked = 0

    def __call__(self, _host: str, _port: int) -> tuple[str, ...]:
        self.asked += 1
        return self.addresses


def words(made: FhirServers, server: FhirServer, client: Client) -> set[str]:
    (origin,) = client.fhir_origins
    return set(ask(made, f"{origin}/fhir", KEYS, client=client).ledger.values())


def test_the_connection_goes_to_the_address_looked_at_and_the_certificate_is_the_names(
    server: FhirServer, authority: Path
) -> None:
    # The system knows no such name: whoever asked it again could not connect.
    resolve = Rebinding("127.0.0.1")
    with servers(dev=False, fhir_ca_bundle=authority, resolve=resolve) as made:
        assert words(made, server, bound(server)) == {"supplied", "fetched", "empty"}
    assert {headers["Host"] for _, _, headers in server.asked} == {f"{NAME}:{server.port}"}
    assert resolve.asked == server.accepted["all"]


def test_a_certificate_that_nobody_vouches_for_is_refused(server: FhirServer) -> None:
    with servers(dev=False, resolve=Rebinding("127.0.0.1")) as made:
        assert words(made, server, bound(server)) == {"supplied", "failed"}
    assert server.asked == []


def test_a_certificate_for_another_name_is_refused(server: FhirServer, authority: Path) -> None:
    with servers(dev=False, fhir_ca_bundle=authority, resolve=Rebinding("127.0.0.1")) as made:
        assert words(made, server, bound(server, "other.test")) == {"supplied", "failed"}
    assert server.asked == []


def test_a_connection_opened_for_a_client_that_may_reach_more_is_not_shared(
    server: FhirServer, authority: Path
) -> None:
    with servers(dev=False, fhir_ca_bundle=authority, resolve=Rebinding("127.0.0.1")) as made:
        assert "fetched" in words(made, server, bound(server))
        asked = len(server.asked)
        assert words(made, server, bound(server, networks=())) == {"supplied", "failed"}
        assert len(server.asked) == asked


@pytest.mark.parametrize("behaviour", [fault.hang, fault.drip_body, fault.drip_head, fault.reset, fault.cut])
@at_the_deadline
def test_a_server_that_hangs_within_tls_holds_no_thread(
    deadline: float, context: ssl.SSLContext, authority: Path, behaviour: fault.Behaviour
) -> None:
    resolve = Rebinding("127.0.0.1")
    with (
        fhir_server(CHART, context, any_other=behaviour) as server,
        servers(dev=False, fhir_deadline=deadline, fhir_ca_bundle=authority, resolve=resolve) as made,
    ):
        assert words(made, server, bound(server)) == {"supplied", "failed"}


@at_the_deadline
def test_a_handshake_that_never_ends_holds_no_thread(deadline: float, authority: Path) -> None:
    resolve = Rebinding("127.0.0.1")
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        servers(dev=False, fhir_deadline=deadline, fhir_ca_bundle=authority, resolve=resolve) as made,
    ):
        origin = f"https://{NAME}:{silent.getsockname()[1]}"
        client = Client(name="h", fhir_origins=(origin,), fhir_networks=("127.0.0.0/8",))
        with in_time(deadline):
            found = ask(made, f"{origin}/fhir", KEYS, client=client)
    assert set(found.ledger.values()) == {"supplied", "failed"}


def test_a_bundle_of_authorities_that_is_not_there_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="fhir_ca_bundle"):
        FhirServers(Settings(fhir_ca_bundle=tmp_path / "none.pem"), queries=1)
