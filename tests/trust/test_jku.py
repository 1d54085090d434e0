"""A key set is fetched from where the operator says, and nothing else can come of it."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cdshooks.trust import jku
from cdshooks.trust.key_source import RETRY_SECONDS
from cdshooks.trust.keys import LARGEST_SET
from cdshooks.trust.process_memory import ProcessMemory
from cdshooks.trust.refusal import KeysUnreachable, Refused
from cdshooks.trust.trust_file import Circumstances, read
from cdshooks.trust.urls import url_mistake
from cdshooks.trust.verify import Verifier
from tests.trust.signing import NOW, Signer, claims, jwks, signer, write_trust


class Publisher(http.server.BaseHTTPRequestHandler):
    """Publishes keys, well and badly, by path; it remembers what it was asked."""

    asked: list[tuple[str, dict[str, str]]]
    keys = b'{"keys":[]}'

    def do_GET(self) -> None:
        self.asked.append((self.path, dict(self.headers)))
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/keys")
            self.end_headers()
        elif self.path == "/large":
            self.answer(b" " * (LARGEST_SET + 1))
        elif self.path == "/half":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"{")
        elif self.path == "/keys":
            self.answer(self.keys)
        else:
            self.send_error(404)

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:  # whoever asked has seen enough
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Nothing."""


@pytest.fixture
def place() -> Iterator[str]:
    Publisher.asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


def test_the_bytes_of_the_set_come_back(place: str) -> None:
    assert jku.fetch(f"{place}/keys") == b'{"keys":[]}'


@pytest.mark.protocol("I7")
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/nowhere", "was answered with 404"),
        ("/redirect", "was answered with 302"),
        ("/large", "is larger than"),
        ("/half", "could not be fetched"),
    ],
)
def test_what_is_no_answer_is_told(place: str, path: str, why: str) -> None:
    with pytest.raises(KeysUnreachable, match=why):
        jku.fetch(f"{place}{path}")
    assert [asked for asked, _ in Publisher.asked] == [path]


def test_a_place_that_takes_too_long_is_given_up(place: str) -> None:
    moments = iter([0.0, 4.1])
    with pytest.raises(KeysUnreachable, match="took longer than 4 seconds"):
        jku.fetch(f"{place}/keys", clock=lambda: next(moments))


@pytest.mark.protocol("I8", "J12")
def test_a_client_gets_in_by_the_keys_at_its_url_and_changes_them(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [0.0]
    path = write_trust(tmp_path, {"name": "ehr", "issuer": "https://ehr.example.org", "jku": f"{place}/keys"})
    given = Circumstances(
        service_ids=[], public_url="https://cds.example.org", dev=True, clock=lambda: seconds[0]
    )
    verifier = Verifier(read(path, given), ProcessMemory(lambda: NOW), lambda: NOW)

    def name(key: Signer) -> str:
        token = key.sign(claims(), {"jku": f"{place}/keys"})
        return verifier.client(f"Bearer {token}", (str(claims()["aud"]),)).name

    old, new = signer(), signer("RS384", "key-2")
    monkeypatch.setattr(Publisher, "keys", jwks(old))
    assert [name(old), name(old)] == ["ehr", "ehr"]
    monkeypatch.setattr(Publisher, "keys", jwks(new))
    with pytest.raises(Refused):
        name(new)
    seconds[0] += RETRY_SECONDS
    assert name(new) == "ehr"
    with pytest.raises(Refused):
        name(old)
    assert [asked for asked, _ in Publisher.asked] == ["/keys", "/keys"]


def test_nobody_there_is_told(place: str) -> None:
    with pytest.raises(KeysUnreachable, match="could not be fetched"):
        jku.fetch("http://127.0.0.1:1/keys")
    assert not Publisher.asked


def test_no_credentials_are_sent(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    jku.fetch(f"{place}/keys")
    ((_, headers),) = Publisher.asked
    assert {"Authorization", "Cookie"}.isdisjoint(headers)


@pytest.mark.protocol("I7", "I8")
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://ehr.example.org/jwks", "is not https"),
        ("file:///etc/passwd", "is not a URL in ASCII"),
        ("ftp://ehr.example.org/jwks", "is not https"),
        ("https:///jwks", "is not a URL in ASCII"),
        ("ehr.example.org/jwks", "is not a URL in ASCII"),
        ("https://me@ehr.example.org/jwks", "holds a user name"),
        ("https://me:pw@ehr.example.org/jwks", "holds a user name"),
        ("https://@ehr.example.org/jwks", "holds a user name"),
        ("https://ehr.example.org/jwks#x", "holds a fragment"),
        ("https://ehr.example.org/jwks#", "holds a fragment"),
        ("https://ehr.example.org:x/jwks", "is not a URL"),
        ("https://[::1/jwks", "is not a URL"),
        ("https://ehr.example.org\\@evil.example/jwks", "is not a URL in ASCII"),
        ("https://ehr.example.org/jw ks", "is not a URL in ASCII"),
        ("https://ehr.example.org/jwks\n", "is not a URL in ASCII"),
        ("https://еhr.example.org/jwks", "is not a URL in ASCII"),
        ("http://127.0.0.1:8000/jwks", "is not https"),
        ("", "is not a URL in ASCII"),
    ],
)
def test_a_place_of_keys_is_an_https_url(url: str, why: str) -> None:
    assert url_mistake(url, plain_on_loopback=False) == why


@pytest.mark.parametrize("url", ["https://ehr.example.org/jwks?x=1", "https://ehr.example.org:8443/a/b"])
def test_https_is_right_anywhere(url: str) -> None:
    assert url_mistake(url, plain_on_loopback=False) is None


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("http://127.0.0.1:8000/jwks", True),
        ("http://localhost/jwks", True),
        ("http://[::1]/jwks", True),
        ("http://localhost.example.org/jwks", False),
        ("http://10.0.0.1/jwks", False),
    ],
)
def test_http_is_right_on_this_machine_in_development(url: str, *, right: bool) -> None:
    assert (url_mistake(url, plain_on_loopback=True) is None) is right
