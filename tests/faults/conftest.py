import threading
import time
from collections.abc import Iterator

import pytest

from cdshooks.chart.servers import FhirServers
from tests.faults.asking import servers


@pytest.fixture
def made() -> Iterator[FhirServers]:
    with servers() as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No test leaves a thread that asks a FHIR server."""
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + 60
    while any(each.name.startswith("fhir") for each in set(threading.enumerate()) - before):
        assert time.monotonic() < until, "threads are left"
        threading.Event().wait(0.002)
