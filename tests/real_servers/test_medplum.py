"""The prefetch templates, asked of a FHIR server that others have written: Medplum's router, in memory.

`make real-servers` installs it with npm and runs this; without node or the installation it is skipped.
"""

import itertools
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cdshooks.app import FHIR_SERVERS, create_app
from cdshooks.chart.lookup import Limits
from cdshooks.settings import Settings
from tests.charts import Json
from tests.vignettes.charts import chart_of
from tests.vignettes.codes import Encoding
from tests.vignettes.ehr import call
from tests.vignettes.vignettes import Vignette, load

MEDPLUM = Path(__file__).parent / "medplum"
OWN_BASE = "https://ehr.example.org/fhir"
SERVICE = "bone-health-patient-view"
SOME = [each for each in load("cases.json") if each.id in {"X-BAND", "TX-ALN2", "CA-LOW"}]

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="Medplum needs node, which is not here"),
    pytest.mark.skipif(
        not (MEDPLUM / "node_modules").is_dir(), reason="Medplum is not installed: run `make real-servers`"
    ),
]


@contextmanager
def medplum(resources: list[Json]) -> Iterator[str]:
    """The base of a server that holds the resources."""
    with subprocess.Popen(
        ["node", "server.mjs"],  # noqa: S607 - whichever node there is
        cwd=MEDPLUM,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        # Its repository in memory does not know that a reference to its own base is a relative one.
        process.stdin.write(json.dumps(resources).replace(f"{OWN_BASE}/", "") + "\n")
        process.stdin.flush()
        port = process.stdout.readline().strip()
        try:
            yield f"http://127.0.0.1:{port}/fhir"
        finally:
            process.stdin.close()


@pytest.mark.parametrize("longest", [2000, 100], ids=["GET", "POST"])
@pytest.mark.parametrize(("vignette", "encoding"), tuple(zip(SOME, itertools.cycle(Encoding), strict=False)))
def test_the_server_finds_what_the_templates_ask_for(
    vignette: Vignette, encoding: Encoding, longest: int
) -> None:
    app = create_app(Settings(dev=True, fhir_deadline=30), limits=Limits(url=longest))
    client = app.test_client()
    services = client.get("/cds-services").get_json()["services"]
    templates = next(each["prefetch"] for each in services if each["id"] == SERVICE)
    # JavaScript writes 4.0 as 4, and cards tell a value as it was reported.
    body = json.loads(json.dumps(call(vignette, encoding, templates)), parse_float=_as_javascript)
    prefetched = client.post(f"/cds-services/{SERVICE}", json=body).get_json()
    with medplum(chart_of(vignette, encoding)) as base:
        fetched = client.post(
            f"/cds-services/{SERVICE}", json=body | {"prefetch": {}, "fhirServer": base}
        ).get_json()
    app.extensions[FHIR_SERVERS].close()
    ledgers = [
        each["extension"]["com.bone-health-cds.evaluation"].pop("prefetch") for each in (prefetched, fetched)
    ]
    assert ledgers[1] == {key: word.replace("supplied", "fetched") for key, word in ledgers[0].items()}
    assert fetched["cards"] == prefetched["cards"]
    assert fetched["extension"] == prefetched["extension"]


def _as_javascript(number: str) -> float:
    value = float(number)
    return int(value) if value.is_integer() else value
