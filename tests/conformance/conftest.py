import datetime
import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from cdshooks.app import create_app
from cdshooks.services.service import Call, Service
from cdshooks.settings import Settings
from cdshooks.wire.request import PatientViewContext
from cdshooks.wire.response import HookResponse

TODAY = datetime.date(2026, 3, 14)
MARKER = "Zebedee-1931"
"""Stands for patient data: no error body and no log record may hold it."""


class FakeService:
    """A service that reads its context and remembers the calls it got; it can be told to fail."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.failure: Exception | None = None

    def answer(self, call: Call) -> HookResponse:
        msgspec.json.decode(call.request.context, type=PatientViewContext)
        if self.failure is not None:
            raise self.failure
        self.calls.append(call)
        return HookResponse(cards=(), extension={})

    def service(self) -> Service:
        return Service(
            id="fake-patient-view",
            hook="patient-view",
            context=PatientViewContext,
            title="Fake",
            description="Answers nothing.",
            usage_requirements="None.",
            prefetch=lambda _terminology: {"patient": "Patient/{{context.patientId}}"},
            answer=self.answer,
        )


@pytest.fixture
def fake() -> FakeService:
    return FakeService()


@pytest.fixture
def make_app(fake: FakeService) -> Callable[..., Flask]:
    def make(**settings: Any) -> Flask:  # noqa: ANN401 - any setting
        app = create_app(Settings(**settings), services=(fake.service(),), clock=lambda _zone: TODAY)
        app.testing = True  # and errors are answered all the same, as they are to clients
        return app

    return make


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> Iterator[FlaskClient]:
    with make_app().test_client() as client:
        yield client


@pytest.fixture
def call() -> dict[str, Any]:
    return {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/1", "patientId": "p1"},
        "prefetch": {"patient": {"resourceType": "Patient", "id": "p1", "name": [{"family": MARKER}]}},
    }


@pytest.fixture
def body(call: dict[str, Any]) -> bytes:
    return json.dumps(call).encode()


@pytest.fixture
def marker() -> str:
    return MARKER
