"""Discovery of the service as it ships, in every respect that a client may rely on."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient

from cdshooks.app import create_app
from cdshooks.settings import Settings

SNAPSHOT = Path(__file__).parent / "snapshots" / "discovery.json"
HOOKS = {"patient-view", "order-select", "order-sign"}
DEPRECATED = {"medication-prescribe", "order-review"}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings()).test_client()


@pytest.fixture(scope="module")
def services(client: FlaskClient) -> list[dict[str, Any]]:
    found = client.get("/cds-services").get_json()["services"]
    assert isinstance(found, list)
    return found


@pytest.mark.protocol("B1", "B2")
@pytest.mark.parametrize("path", ["/cds-services", "/cds-services?x=1"])
def test_discovery_is_where_it_always_is(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert isinstance(response.get_json()["services"], list)


@pytest.mark.protocol("B3")
def test_a_house_without_services_says_so() -> None:
    response = create_app(Settings(), services=()).test_client().get("/cds-services")
    assert response.status_code == 200
    assert response.data == b'{"services":[]}'


@pytest.mark.protocol(
    "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11", "B13", "B15", "B16", "A5", "A9", "J2", "J10"
)
def test_every_service_says_what_it_is(services: list[dict[str, Any]]) -> None:
    assert services
    for service in services:
        # Without hookVersion, on which published versions disagree, and without members nobody defined.
        assert service.keys() == {
            "id", "hook", "title", "description", "usageRequirements", "prefetch", "version",
        }  # fmt: skip
        assert all(service.values())
        assert service["hook"] in HOOKS - DEPRECATED
        assert re.fullmatch(r"[a-z0-9\-]+", service["id"])
        assert re.fullmatch(r"\d+\.\d+\.\d+", service["version"])
        # Markdown in 3.0 and plain text in 2.0: text without markup is both.
        assert not re.search(r"[<>*_`\[\]#]", service["description"])
    # The public sandbox keeps only the last of services that share an id.
    assert len({service["id"] for service in services}) == len(services)


@pytest.mark.protocol("E1", "E2", "E3", "E10", "E11", "E12", "J3", "J4", "J17")
def test_templates_keep_to_what_every_client_can_resolve(services: list[dict[str, Any]]) -> None:
    templates = [template for service in services for template in service["prefetch"].values()]
    assert templates
    for template in templates:
        assert set(re.findall(r"\{\{(.*?)\}\}", template)) == {"context.patientId"}
        path, question, query = template.partition("?")
        assert not template.startswith(("http", "/"))
        if not question:
            assert re.fullmatch(r"[A-Z][A-Za-z]+/\{\{context\.patientId\}\}", path)
            continue
        assert re.fullmatch(r"[A-Z][A-Za-z]+", path)
        names = [name for name, _ in parse_qsl(query, strict_parsing=True)]
        # A client that keeps parameters by name loses all but one of a name, or joins them into an OR.
        assert len(names) == len(set(names))
        assert set(names) <= {"patient", "code", "_count"}
        assert "?" not in query


@pytest.mark.protocol("B2")
def test_discovery_is_the_recorded_one(services: list[dict[str, Any]]) -> None:
    """What clients have registered must not change by accident; `make generated` records it anew."""
    assert services == json.loads(SNAPSHOT.read_text(encoding="utf-8"))["services"]
