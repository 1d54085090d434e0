import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cdshooks.app import create_app
from cdshooks.services.service import Call, Service
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing
from cdshooks.trust.process_memory import ProcessMemory
from cdshooks.wire.request import PatientViewContext
from cdshooks.wire.response import HookResponse
from tests.trust.signing import EHR, NOW, signer, write_trust


class FakeService:
    """A service that remembers the calls it got, and has nothing to say."""

    def __init__(self, name: str = "fake-patient-view") -> None:
        self.name = name
        self.calls: list[Call] = []

    def answer(self, call: Call) -> HookResponse:
        self.calls.append(call)
        return HookResponse(cards=())

    def service(self) -> Service:
        return Service(
            id=self.name,
            hook="patient-view",
            title="Fake",
            description="Answers nothing.",
            usage_requirements="None.",
            prefetch=lambda _terminology: {"patient": "Patient/{{context.patientId}}"},
            context=PatientViewContext,
            answer=self.answer,
        )


@pytest.fixture
def fake() -> FakeService:
    return FakeService()


@pytest.fixture
def make_app(fake: FakeService, tmp_path: Path) -> Callable[..., Flask]:
    """An application that trusts the usual client, unless told of another file."""

    def make(**given: Any) -> Flask:  # noqa: ANN401 - settings, and what create_app takes
        usual = {"public_url": "https://cds.example.org", "workers": 1}
        if "trust_file" not in given and "trust" not in given:
            usual["trust_file"] = write_trust(tmp_path, EHR, keys=[signer()])
        options = {name: given.pop(name) for name in ("trust", "token_memory", "now") if name in given}
        options = {"now": lambda: NOW, **options}
        services = (fake.service(), FakeService("other-patient-view").service())
        app = create_app(
            Settings(**{**usual, **given}),
            kept=keep_nothing(),
            services=services,
            clock=lambda _zone: datetime.date(2026, 3, 14),
            **options,
        )
        app.testing = True
        return app

    return make


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> FlaskClient:
    return make_app(token_memory=ProcessMemory(lambda: NOW)).test_client()
