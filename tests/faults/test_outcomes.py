"""Whatever a FHIR server does, the call has the promised outcome, in time."""

import pytest

from cdshooks.chart.prefetch import PATIENT_VIEW
from cdshooks.chart.servers import FhirServers
from cdshooks.trust.client import Client
from cdshooks.wire.outcome import Problem
from fhir_mappings.inputs import Source
from tests.charts import PATIENT, condition, patient, prefetch, t_score
from tests.faults import fhir_server as fault
from tests.faults.asking import CHART, DEADLINES, ask, at_the_deadline, in_time, servers
from tests.faults.fhir_server import Behaviour, bundle, fhir_server, outcome

ELSEWHERE = "http://127.0.0.2:9/fhir/Condition?page=1"
OTHERS = {**condition("15777000"), "subject": {"reference": "Patient/p2"}}


@pytest.mark.protocol("P1", "P2", "P9", "P10")
def test_without_prefetch_everything_is_fetched(made: FhirServers) -> None:
    with fhir_server(CHART) as server:
        found = ask(made, server)
    assert {key for key, word in found.ledger.items() if word == "fetched"} == {
        "patient",
        "bone-density",
        "conditions",
        "medication-requests",
        "allergies",
    }
    assert set(found.ledger.values()) == {"fetched", "empty"}
    assert len(found.chart.conditions) == 5
    assert (found.chart.unanswered, found.chart.truncated) == (frozenset(), frozenset())
    assert sorted(server.kinds()) == sorted(["metadata", *(query.resource_type for query in PATIENT_VIEW)])


@pytest.mark.protocol("P1")
def test_only_what_is_missing_is_fetched(made: FhirServers) -> None:
    keys = {"patient": patient(), "bone-density": bundle([t_score("-2.7")]), "conditions": None}
    keys["allergies"] = outcome("timeout")
    with fhir_server(CHART) as server:
        found = ask(made, server, keys)
    assert found.ledger["patient"] == found.ledger["bone-density"] == "supplied"
    assert found.ledger["conditions"] == "empty"
    assert found.ledger["allergies"] == "failed"  # asking again what failed a moment ago is pointless
    assert {"Patient", "Condition", "AllergyIntolerance"}.isdisjoint(server.kinds())


FAULTS: dict[str, tuple[Behaviour, str]] = {
    "slow": (fault.after(lambda: 0.05), "fetched"),
    "too slow": (fault.after(lambda: 1.25 * DEADLINES[-1]), "failed"),
    "hangs": (fault.hang, "failed"),
    "drips its body": (fault.drip_body, "failed"),
    "drips its head": (fault.drip_head, "failed"),
    "resets": (fault.reset, "failed"),
    "resets once": (fault.first(1, fault.reset), "fetched"),
    "breaks off": (fault.cut, "failed"),
    "400": (fault.status(400, outcome("invalid")), "failed"),
    "401": (fault.status(401), "failed"),
    "403": (fault.status(403), "not-granted"),
    "404 of a gateway": (fault.status(404, b"<html>"), "failed"),
    "404 of a FHIR server": (fault.status(404, outcome("processing")), "empty"),
    "400 not supported": (fault.status(400, outcome("not-supported")), "empty"),
    "200 not supported": (fault.answer(outcome("not-supported")), "empty"),
    "410": (fault.status(410, outcome("deleted")), "failed"),
    "429": (fault.status(429), "failed"),
    "429, later not": (fault.first(1, fault.status(429, Retry_After="0")), "fetched"),
    "503, later not": (fault.first(1, fault.status(503, Retry_After="0")), "fetched"),
    "503 for longer than there is time": (fault.status(503, Retry_After="120"), "failed"),
    "503 until a day": (fault.status(503, Retry_After="Fri, 31 Dec 2038 23:59:59 GMT"), "failed"),
    "503 until nobody knows": (fault.status(503, Retry_After="soon"), "failed"),
    "500": (fault.status(500, b"Traceback"), "failed"),
    "redirects": (fault.status(302, Location="http://127.0.0.1:9/"), "failed"),
    "HTML": (fault.answer(b"<html>Please log in</html>", "text/html"), "failed"),
    "empty": (fault.answer(b""), "failed"),
    "null": (fault.answer(b"null"), "failed"),
    "cut JSON": (fault.answer(b'{"resourceType":"Bundle","entry":[{"resou'), "failed"),
    "deep JSON": (fault.answer(b"[" * 100_000), "failed"),
    "no content": (fault.status(204), "failed"),
    "an error with 200": (fault.answer(outcome("exception")), "failed"),
    "another type": (fault.answer(patient()), "failed"),
    "a Bundle of another type": (fault.answer(bundle([t_score("-1.0")])), "failed"),
    "somebody else": (fault.answer(bundle([OTHERS])), "failed"),
    "an error in the Bundle": (
        fault.answer(bundle([condition("15777000"), outcome("throttled")])),
        "truncated",
    ),
    "a total that is not there": (fault.answer(bundle([], total=3)), "failed"),
    "gzip": (fault.zipped, "fetched"),
    "broken gzip": (fault.answer(b"\x1f\x8b\x08nonsense", Content_Encoding="gzip"), "failed"),
    "pages": (fault.pages(fault.whole(1)), "fetched"),
    "pages without a total": (fault.pages(fault.whole(1), total=False), "fetched"),
    "relative pages": (fault.pages(fault.whole(1, "Condition?page={number}")), "fetched"),
    "pages by a query": (fault.pages(fault.whole(1, "?page={number}")), "fetched"),
    "opaque pages": (fault.pages(fault.whole(1, "{base}/Condition/_more/aX%2B9?page={number}")), "truncated"),
    "circular pages": (fault.pages(lambda each, _: f"{each.server.url}/Condition?page=1"), "truncated"),
    "endless pages": (fault.pages(fault.whole(0)), "truncated"),
    "pages elsewhere": (fault.pages(lambda *_: ELSEWHERE), "truncated"),
    "pages above the base": (fault.pages(lambda each, _: f"{each.server.origin}/other?page=1"), "truncated"),
    "a link without a URL": (fault.pages(lambda *_: ""), "truncated"),
}
"""What the server does with a search for conditions, and the word of the ledger."""


@pytest.mark.parametrize(("behaviour", "word"), FAULTS.values(), ids=FAULTS)
@at_the_deadline
def test_an_optional_key_has_the_promised_outcome_in_time(
    deadline: float, behaviour: Behaviour, word: str
) -> None:
    with (
        servers(fhir_deadline=deadline) as made,
        fhir_server(CHART, Condition=behaviour) as server,
        in_time(deadline),
    ):
        found = ask(made, server)
    assert found.ledger["conditions"] == word
    assert found.ledger["allergies"] == found.ledger["bone-density"] == "fetched"
    assert (Source.CONDITIONS in found.chart.unanswered) is (word in {"failed", "not-granted"})
    assert (Source.CONDITIONS in found.chart.truncated) is (word == "truncated")
    if word == "fetched":
        assert len(found.chart.conditions) == 5


REQUIRED: dict[str, tuple[Behaviour, str]] = {
    "hangs": (fault.hang, "it did not answer within the deadline"),
    "drips": (fault.drip_body, "it did not answer within the deadline"),
    "resets": (fault.reset, "it broke off the connection"),
    "401": (fault.status(401), "it answered 401"),
    "403": (fault.status(403), "it answered 403"),
    "404": (fault.status(404, outcome("not-found")), "it answered 404"),
    "500": (fault.status(500), "it answered 500"),
    "HTML": (fault.answer(b"<html>"), "its answer is not FHIR in JSON"),
    "somebody else": (fault.answer({**patient(), "id": "p2"}), ""),
    "an error": (fault.answer(outcome("exception")), "it answered with an error"),
    "not supported": (fault.answer(outcome("not-supported")), "it answered with an error"),
    "a search": (fault.answer(bundle([patient()])), "its answer is of another type than was asked for"),
}


@pytest.mark.protocol("C4")
@pytest.mark.parametrize(("behaviour", "because"), REQUIRED.values(), ids=REQUIRED)
@at_the_deadline
def test_a_required_key_that_cannot_be_had_is_a_412_that_says_which_and_why(
    deadline: float, behaviour: Behaviour, because: str
) -> None:
    with (
        servers(fhir_deadline=deadline) as made,
        fhir_server(CHART, Patient=behaviour) as server,
        in_time(deadline),
        pytest.raises(Problem) as problem,
    ):
        ask(made, server)
    (issue,) = problem.value.outcome.issue
    assert (problem.value.status, issue.expression) == (412, ("prefetch.patient",))
    assert because in issue.details.text
    assert PATIENT not in issue.details.text.replace("patient", "").replace("prefetch", "")


def test_nobody_there_is_said_at_once(made: FhirServers) -> None:
    with fhir_server() as server:
        url = server.url
    with pytest.raises(Problem, match="it could not be reached"):  # and not that it did not answer in time
        ask(made, url)


@at_the_deadline
def test_all_of_a_server_may_hang(deadline: float) -> None:
    keys = {"patient": patient(), "bone-density": bundle([t_score("-2.7")])}
    with servers(fhir_deadline=deadline) as made, fhir_server(any_other=fault.hang) as server:
        with in_time(deadline):
            found = ask(made, server, keys)
        assert {found.ledger[key] for key in found.ledger if key not in keys} == {"failed"}


@at_the_deadline
def test_a_client_may_have_a_deadline_of_its_own(deadline: float) -> None:
    with servers() as made, fhir_server(CHART, Condition=fault.hang) as server:
        client = Client(name="slow", fhir_origins=(server.origin,), fhir_deadline=deadline)
        with in_time(deadline):
            assert ask(made, server, client=client).ledger["conditions"] == "failed"


def test_many_resources_are_read_to_the_last() -> None:
    many = [{**condition("38341003"), "id": f"c{number}"} for number in range(20_000)]
    paged = fault.pages(fault.whole(2000), 2000)
    with servers() as made, fhir_server((*CHART[:2], *many), Condition=paged) as server:
        found = ask(made, server)
    assert found.ledger["conditions"] == "fetched"
    assert len(found.chart.conditions) == 20_000


def test_an_answer_larger_than_is_read_is_an_error_and_not_a_part() -> None:
    keys = {key: value for key, value in prefetch(patient(), t_score("-2.7")).items() if key != "conditions"}
    with (
        servers(fhir_max_bytes=20_000) as made,
        fhir_server(CHART, Condition=fault.answer(b" " * 30_000)) as server,
    ):
        assert ask(made, server, keys).ledger["conditions"] == "failed"
