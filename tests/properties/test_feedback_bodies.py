"""Whatever is sent as feedback is answered, with 4xx where it is none, and nothing of it is repeated."""

import json
import os
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdshooks.app import create_app
from cdshooks.settings import Settings

URL = "/cds-services/bone-health-patient-view/feedback"
MARKER = "Zebedee-1931"
BODIES = int(os.environ.get("FUZZED_BODIES", "300"))

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=20)
    | st.sampled_from(
        [
            MARKER,
            "accepted",
            "overridden",
            "2026-01-15T08:30:00Z",
            "9999-12-31T23:59:59-14:00",
            "0407f196-24b0-88b5-8a1f-5adba68452a3",
            "\ud800",
        ]
    )
)
members = st.sampled_from(
    [
        "card",
        "outcome",
        "outcomeTimestamp",
        "acceptedSuggestions",
        "overrideReason",
        "reason",
        "code",
        "system",
        "userComment",
        "id",
        MARKER,
    ]
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(members, inner, max_size=6),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_app(Settings(dev=True, state_dir=tmp_path_factory.mktemp("state"))).test_client()


@settings(max_examples=BODIES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(values, max_size=4) | values)
def test_nothing_that_is_sent_breaks_it_or_comes_back(client: FlaskClient, batch: Any) -> None:  # noqa: ANN401
    response = client.post(URL, data=json.dumps({"feedback": batch}), content_type="application/json")
    assert response.status_code in {200, 400, 422}
    assert MARKER not in response.text
    if response.data:
        assert response.content_type == "application/fhir+json"
        assert response.get_json()["resourceType"] == "OperationOutcome"
