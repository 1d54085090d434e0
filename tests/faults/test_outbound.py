"""No request goes anywhere but to the FHIR servers bound to the client, whatever the call or a server says."""

from typing import Any

import pytest

from cdshooks.chart.gather import Gathered
from cdshooks.chart.servers import FhirServers
from cdshooks.settings import Settings, SettingsError
from cdshooks.trust.addresses import Reach, networks, system_resolver
from cdshooks.trust.client import ANYONE, Client
from cdshooks.trust.outbound import Base, Outbound, RefusedError
from cdshooks.wire.outcome import Problem
from tests.charts import Json, patient, t_score
from tests.faults import fhir_server as fault
from tests.faults.asking import CHART, ask, servers
from tests.faults.fhir_server import bundle, fhir_server

HOSPITAL = Client(name="hospital", fhir_origins=("https://ehr.example.org", "https://ehr.example.org:8443"))
KEYS: Json = {"patient": patient(), "bone-density": bundle([t_score("-2.7")])}

# --- what a call may name ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "base"),
    [
        ("https://ehr.example.org/fhir", "https://ehr.example.org/fhir"),
        ("https://ehr.example.org/fhir/", "https://ehr.example.org/fhir"),
        ("https://ehr.example.org", "https://ehr.example.org"),
        ("https://EHR.example.org:443/a/b/r4", "https://ehr.example.org/a/b/r4"),
        ("HTTPS://ehr.example.org:8443/fhir", "https://ehr.example.org:8443/fhir"),
    ],
)
def test_a_bound_server_may_be_asked(server: str, base: str) -> None:
    assert Outbound().base(server, HOSPITAL).url == base


REFUSED = [
    "",
    "ehr.example.org/fhir",
    "http://ehr.example.org/fhir",
    "ftp://ehr.example.org/fhir",
    "file:///etc/passwd",
    "gopher://ehr.example.org/",
    "https://ehr.example.org:444/fhir",
    "https://ehr.example.org:0/fhir",
    "https://ehr.example.org:99999/fhir",
    "https://ehr.example.org.evil.example/fhir",
    "https://evil.example/ehr.example.org",
    "https://evil.example/fhir",
    "https://ehr.example.org@evil.example/fhir",
    "https://user:pw@ehr.example.org/fhir",
    "https://evil.example#@ehr.example.org/fhir",
    "https://ehr.example.org/fhir#x",
    "https://ehr.example.org/fhir?x=1",
    "https://ehr.example.org/fhir/../admin",
    "https://ehr.example.org/fhir/%2e%2e/admin",
    "https://ehr.example.org/fhir/.%2E/admin",
    "https://ehr.example.org/fhir%2f..%2fadmin",
    "https://evil.example\\@ehr.example.org/fhir",
    "https:\\\\ehr.example.org\\fhir",
    "https:/ehr.example.org/fhir",
    "https:///ehr.example.org/fhir",
    "https://ehr.example.org\t/fhir",
    "https://ehr.example.org/fhir\r\nX-Evil: 1",
    "https://ehr.example.org/fhir\n",
    " https://ehr.example.org/fhir",
    "https://ehr.example.org /fhir",
    "https://ehr。example.org/fhir",
    "https://еhr.example.org/fhir",
    "https://ehr%2eexample.org/fhir",
    "https://localhost/fhir",
    "https://127.0.0.1/fhir",
    "https://2130706433/fhir",
    "https://0x7f.0.0.1/fhir",
    "https://0177.0.0.1/fhir",
    "https://[::1]/fhir",
    "https://[::ffff:127.0.0.1]/fhir",
    "https://169.254.169.254/latest/meta-data",
    "https://[fd00:ec2::254]/latest",
    "https://metadata.google.internal/computeMetadata/v1",
]


@pytest.mark.parametrize("server", REFUSED)
def test_anything_else_is_refused_without_a_look_at_it(server: str) -> None:
    with pytest.raises(RefusedError) as refused:
        Outbound().base(server, HOSPITAL)
    assert not server or server not in str(refused.value)


def test_in_development_servers_of_this_machine_may_be_asked_too() -> None:
    dev = Outbound(dev=True)
    for server in (
        "http://127.0.0.1:8080/fhir",
        "http://localhost/fhir",
        "https://[::1]:1/",
        "http://127.1.2.3",
    ):
        assert dev.base(server, ANYONE).url.startswith("http")
    for server in ("http://10.0.0.1/", "http://localhost.evil.example/", "http://127.0.0.1.evil.example/"):
        with pytest.raises(RefusedError):
            dev.base(server, ANYONE)


def test_the_settings_say_what_may_be_asked_where_nobody_checks_who_calls() -> None:
    open_house = Outbound(origins=("https://Fhir.example.org:443",), networks=("10.0.0.0/8",))
    assert open_house.base("https://fhir.example.org/r4", ANYONE).origin == "https://fhir.example.org"
    assert open_house.reach(ANYONE).permits("10.1.2.3")
    with pytest.raises(RefusedError):
        open_house.base("https://fhir.example.org/r4", HOSPITAL)
    assert not open_house.reach(HOSPITAL).permits("10.1.2.3")


# --- what a link to a further page may name ------------------------------------------------------------------

AT = "https://ehr.example.org/fhir/Condition"
BASE = Base(url="https://ehr.example.org/fhir", origin="https://ehr.example.org")


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://ehr.example.org/fhir?_getpages=1", "https://ehr.example.org/fhir?_getpages=1"),
        ("https://ehr.example.org:443/fhir/Condition?p=2", "https://ehr.example.org/fhir/Condition?p=2"),
        ("https://EHR.example.org/fhir/x/y", "https://ehr.example.org/fhir/x/y"),
        ("?page=2", "https://ehr.example.org/fhir/Condition?page=2"),
        ("Condition?page=2#x", "https://ehr.example.org/fhir/Condition?page=2"),
        ("/fhir/Condition?page=a%7Cb", "https://ehr.example.org/fhir/Condition?page=a%7Cb"),
    ],
)
def test_a_link_below_the_base_is_followed(link: str, url: str) -> None:
    assert BASE.within(link, at=AT) == url


@pytest.mark.parametrize(
    "link",
    [
        "http://ehr.example.org/fhir?page=2",
        "https://ehr.example.org:8443/fhir?page=2",
        "https://ehr.example.org/other?page=2",
        "https://ehr.example.org/fhirx?page=2",
        "https://ehr.example.org/fhir/../other",
        "https://ehr.example.org/fhir/%2e%2e/other",
        "https://ehr.example.org/fhir/..%2fother",
        "https://evil.example/fhir",
        "https://user@ehr.example.org/fhir",
        "https://ehr.example.org@evil.example/fhir",
        "https://ehr.example.org:x/fhir",
        "//evil.example/fhir",
        "/\\evil.example/fhir",
        "\\\\evil.example/fhir",
        "../../other",
        "/other",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:application/json,{}",
        "https://ehr.example.org/fhir?a b",
        "https://ehr.example.org/fhir\n",
        "https://[::1",
    ],
)
def test_any_other_link_is_not(link: str) -> None:
    assert BASE.within(link, at=AT) is None


# --- what a name may stand for -------------------------------------------------------------------------------

PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"]
NEVER = [
    "169.254.169.254",
    "169.254.170.2",
    "169.254.1.1",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "::a9fe:a9fe",
    "0.0.0.0",  # noqa: S104 - to be refused
    "::",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255.1",
    "not an address",
    "",
]
INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.1.1",
    "100.64.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "0.1.2.3",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::1",
    "2002:a00:1::",
    "2001:0:53aa:64c::1",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_reached(address: str) -> None:
    assert Reach().permits(address)


@pytest.mark.protocol("P12")
@pytest.mark.parametrize("address", [*NEVER, *INSIDE])
def test_private_reserved_and_metadata_addresses_may_not(address: str) -> None:
    assert not Reach().permits(address)


@pytest.mark.parametrize("address", NEVER)
def test_no_configuration_opens_metadata_and_link_local_addresses(address: str) -> None:
    everything = Reach(networks=networks(("0.0.0.0/0", "::/0")), loopback=True)
    assert not everything.permits(address)


def test_a_hospital_may_stand_in_a_network_of_its_own() -> None:
    reach = Reach(networks=networks(("10.20.0.0/16", "fd12::/32")))
    assert reach.permits("10.20.3.4")
    assert reach.permits("::ffff:10.20.3.4")
    assert reach.permits("fd12::9")
    assert not reach.permits("10.21.0.1")
    assert not reach.permits("127.0.0.1")


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "localhost", "::1"])
def test_an_address_in_disguise_is_seen_for_what_it_is(host: str) -> None:
    assert not any(map(Reach().permits, system_resolver(host, 443)))


@pytest.mark.parametrize("setting", ["10.0.0.0/64", "1:2/3", "999.1.1.1/8"])
def test_a_network_that_is_none_is_a_mistake_in_the_settings(setting: str) -> None:
    with pytest.raises(SettingsError, match="fhir_networks"):
        FhirServers(Settings(fhir_networks=(setting,)), queries=1)


# --- the whole way -------------------------------------------------------------------------------------------


def asked(origin: str, *addresses: str, client: Client = HOSPITAL, **settings: Any) -> Gathered:  # noqa: ANN401 - any setting
    """Ask a server whose name means the first address the first time, and the next ones later."""
    meanings = iter(addresses)

    def resolve(_host: str, _port: int) -> tuple[str, ...]:
        return tuple(next(meanings, addresses[-1]).split())

    with servers(dev=False, resolve=resolve, **settings) as made:
        return ask(made, f"{origin}/fhir", KEYS, client=client)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254"])
def test_a_bound_name_that_stands_for_an_inner_address_is_not_connected_to(address: str) -> None:
    found = asked("https://ehr.example.org", address)
    assert set(found.ledger.values()) == {"supplied", "failed"}


def test_one_bad_address_among_good_ones_is_enough_to_refuse() -> None:
    assert "failed" in asked("https://ehr.example.org", "93.184.216.34 127.0.0.1").ledger.values()


def test_a_name_nobody_knows_is_a_failure() -> None:
    def resolve(_host: str, _port: int) -> tuple[str, ...]:
        raise OSError("Name or service not known")

    with servers(dev=False, resolve=resolve) as made:
        found = ask(made, "https://ehr.example.org/fhir", KEYS, client=HOSPITAL)
    assert "failed" in found.ledger.values()


@pytest.mark.protocol("P11", "P12")
def test_redirects_are_not_followed_and_the_token_goes_nowhere_else(made: FhirServers) -> None:
    with fhir_server(CHART) as trap:
        elsewhere = [
            fault.status(code, Location=f"{trap.url}/Condition") for code in (301, 302, 303, 307, 308)
        ]
        for redirect in elsewhere:
            with fhir_server(CHART, Condition=redirect, metadata=redirect) as server:
                assert ask(made, server).ledger["conditions"] == "failed"
        further = fault.pages(lambda *_: f"{trap.url}/Condition?page=1")
        with fhir_server(CHART, Condition=further) as server:
            assert ask(made, server).ledger["conditions"] == "truncated"
        assert trap.asked == []
        assert trap.accepted["all"] == 0


def test_the_environment_names_no_proxy(made: FhirServers, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with fhir_server(CHART) as server:
        assert ask(made, server).ledger["conditions"] == "fetched"


def test_a_configured_proxy_is_asked_instead() -> None:
    with fhir_server(CHART) as proxy, servers(fhir_proxy=proxy.origin) as made:
        # A plain proxy gets the whole URL; this one answers it as if it were the server.
        proxy.faults["*"] = fault.status(502)
        with pytest.raises(Problem):
            ask(made, "http://127.0.0.1:9/fhir")
        assert any(path.startswith("http://127.0.0.1:9/fhir/Patient/") for _, path, _ in proxy.asked)
