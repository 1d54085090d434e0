"""What is asked, how it is asked, and what becomes of the answers."""

import pytest

from cdshooks.chart.capability import Capabilities, Capability
from cdshooks.chart.lacking import LackingError
from cdshooks.chart.ledger import Entry
from cdshooks.chart.lookup import Limits
from cdshooks.chart.prefetch import PAGE, PATIENT_VIEW
from cdshooks.chart.servers import FhirServers
from cdshooks.trust.client import ANYONE, Client
from cdshooks.wire.outcome import Problem
from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Source
from fhir_mappings.local_codes import LocalCode
from fhir_mappings.mapping import map_chart
from fhir_mappings.value_sets import load
from tests.charts import (
    AS_OF,
    HIP_FRACTURE,
    RXNORM,
    Json,
    concept,
    condition,
    order,
    patient,
    statement,
    t_score,
)
from tests.faults import fhir_server as fault
from tests.faults.asking import CHART, ask, at_the_deadline, authorization, servers
from tests.faults.fhir_server import bundle, fhir_server, outcome

KEYS: Json = {"patient": patient(), "bone-density": bundle([t_score("-2.7")])}
ALL_BUT: Json = {
    **{query.key: None for query in PATIENT_VIEW},
    **KEYS,
    "conditions": bundle([condition(HIP_FRACTURE)]),
    "medication-requests": bundle([order("314076")]),
}


def without(*keys: str) -> Json:
    return {key: value for key, value in ALL_BUT.items() if key not in keys}


def pointing(reference: str) -> Json:
    return {**order("1"), "id": f"to-{reference[-3:]}", "medicationReference": {"reference": reference}}


def medicine(name: str, code: str) -> Json:
    return {"resourceType": "Medication", "id": name, "code": concept(code, RXNORM)}


# --- pages of what was sent ----------------------------------------------------------------------------------


def paged(url: str) -> Json:
    return without("conditions") | {"conditions": bundle(CHART[2:4], {"relation": "next", "url": url})}


@pytest.mark.protocol("P6")
def test_the_further_pages_of_what_was_sent_are_fetched(made: FhirServers) -> None:
    with fhir_server(CHART, Condition=fault.pages(fault.whole(2), 2)) as server:
        found = ask(made, server, paged(f"{server.url}/Condition?page=1"))
    assert found.ledger["conditions"] == "fetched"
    assert {each.id for each in found.chart.conditions} == {"c0", "c1", "c2", "c3", "c4"}
    assert set(server.kinds()) == {"metadata", "Condition"}


@pytest.mark.protocol("P6", "P12")
@pytest.mark.parametrize(
    "elsewhere", ["http://127.0.0.2:9/fhir/Condition?page=1", "//127.0.0.2/fhir", "../x"]
)
def test_a_further_page_elsewhere_stays_missing(made: FhirServers, elsewhere: str) -> None:
    with fhir_server(CHART) as server:
        found = ask(made, server, paged(elsewhere))
    assert found.ledger["conditions"] == "truncated"
    assert len(found.chart.conditions) == 2
    assert set(server.kinds()) <= {"metadata"}


def test_further_pages_that_nobody_may_ask_for_stay_missing(made: FhirServers) -> None:
    keys = paged("https://ehr.example.org/fhir?page=1")
    assert ask(made, "https://ehr.example.org/fhir", keys).ledger["conditions"] == "truncated"
    with fhir_server(CHART) as server:
        granted = authorization("patient/Observation.rs")
        assert (
            ask(made, server, paged(f"{server.url}/Condition?page=1"), granted=granted).ledger["conditions"]
            == "truncated"
        )


def test_of_a_required_key_something_has_to_come(made: FhirServers) -> None:
    keys = without("bone-density") | {"bone-density": bundle([], {"relation": "next", "url": "http://x/y"})}
    with fhir_server(CHART) as server, pytest.raises(Problem, match="'bone-density'"):
        ask(made, server, keys)


@pytest.mark.parametrize(("limits", "read"), [(Limits(pages=2), 3), (Limits(resources=2), 2)])
def test_more_pages_or_resources_than_are_read_are_an_error(limits: Limits, read: int) -> None:
    paged_one = fault.pages(fault.whole(1))
    with servers(limits=limits) as made, fhir_server(CHART, Condition=paged_one) as server:
        found = ask(made, server)
    assert found.ledger["conditions"] == "truncated"
    assert len(found.chart.conditions) == read


def test_a_type_that_vanishes_between_pages_is_an_error(made: FhirServers) -> None:
    gone = fault.first(1, fault.pages(fault.whole(1)), fault.status(404, outcome("not-supported")))
    with fhir_server(CHART, Condition=gone) as server:
        assert ask(made, server).ledger["conditions"] == "truncated"


def test_a_page_without_data_in_it_is_an_error(made: FhirServers) -> None:
    broken = fault.first(1, fault.pages(fault.whole(1)), fault.answer(bundle([outcome("exception")])))
    with fhir_server(CHART, Condition=broken) as server:
        assert ask(made, server).ledger["conditions"] == "truncated"


# --- how it is asked -----------------------------------------------------------------------------------------


@pytest.mark.protocol("P10")
def test_searches_carry_the_token_the_patient_the_codes_and_a_page_size(made: FhirServers) -> None:
    with fhir_server(CHART) as server:
        ask(made, server)
    for method, path, headers in server.asked:
        assert method == ("POST" if path.endswith("/_search") else "GET")
        assert ("metadata" in path) is ("Authorization" not in headers)
        assert "fhir+json" in headers["Accept"]
        if "?" in path:
            assert "?patient=p1&" in path
            assert path.endswith(f"&_count={PAGE}")
    assert any("code=http%3A%2F%2Floinc.org%7C90266-8" in path for _, path, _ in server.asked)


@pytest.mark.parametrize("refused", [None, 405, 501])
def test_what_is_too_long_for_a_url_is_posted_else_sent_all_the_same(refused: int | None) -> None:
    def observations(exchange: fault.Exchange) -> None:
        if exchange.form and refused:
            exchange.send(status=refused)
        else:
            fault.honest(exchange)

    with (
        servers(limits=Limits(url=300)) as made,
        fhir_server(CHART, Observation=observations) as server,
    ):
        assert ask(made, server).ledger["bone-density"] == "fetched"
    assert any(form.startswith("patient=p1&code=") for form in server.forms)
    posted = [path for method, path, _ in server.asked if method == "POST"]
    assert posted
    assert all(path.endswith("/_search") for path in posted)
    assert any(len(path) > 300 for _, path, _ in server.asked) is bool(refused)


def test_connections_are_used_again(made: FhirServers) -> None:
    with fhir_server(CHART) as server:
        ask(made, server)
        for _ in range(5):
            ask(made, server)
        assert server.accepted["all"] <= len(PATIENT_VIEW) + 1


def test_no_cookie_is_kept(made: FhirServers) -> None:
    with fhir_server(CHART, Patient=fault.answer(patient(), Set_Cookie="session=1; Path=/")) as server:
        ask(made, server)
        ask(made, server)
    assert not any("Cookie" in headers for _, _, headers in server.asked)


# --- medicines -----------------------------------------------------------------------------------------------


def test_medicines_that_orders_point_at_are_fetched_in_one_query(made: FhirServers) -> None:
    with fhir_server([*CHART, medicine("m-1", "904431"), medicine("m-2", "993449")]) as server:
        chart = [
            pointing("Medication/m-1"),
            pointing(f"{server.url}/Medication/m-2/_history/3"),
            pointing("https://elsewhere.example.org/Medication/m-3"),
            pointing("#m-4"),
            pointing("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"),
            pointing("Medication/m'5"),
        ]
        server.chart += chart
        found = ask(made, server)
        assert found.chart.medications.keys() == {"m-1", "m-2"}
        (path,) = [path for _, path, _ in server.asked if "/Medication?" in path]
    assert "_id=m-1,m-2&" in path


def test_medicines_are_fetched_for_what_was_sent(made: FhirServers) -> None:
    with fhir_server([medicine("m-1", "904431")]) as server:
        keys = without() | {"medication-requests": bundle([pointing("Medication/m-1")])}
        found = ask(made, server, keys)
    assert found.chart.medications.keys() == {"m-1"}
    assert found.ledger["medication-requests"] == "supplied"
    assert set(server.kinds()) == {"metadata", "Medication"}


def test_a_medicine_that_came_along_is_not_fetched(made: FhirServers) -> None:
    with fhir_server() as server:
        keys = without() | {
            "medication-requests": bundle([pointing("Medication/m-1"), medicine("m-1", "904431")])
        }
        ask(made, server, keys)
    assert server.asked == []


def test_a_medicine_the_token_does_not_cover_is_not_asked_for(made: FhirServers) -> None:
    with fhir_server([*CHART, pointing("Medication/m-1"), medicine("m-1", "904431")]) as server:
        scope = "patient/Patient.r patient/Observation.rs patient/MedicationRequest.rs"
        found = ask(made, server, granted=authorization(scope))
    assert found.chart.medications == {}
    assert "Medication" not in server.kinds()
    assert "not-fetched" in {each.issue for each in map_chart(found.chart, AS_OF, load()).data_quality}


@at_the_deadline
def test_a_server_that_hangs_on_medicines_costs_only_them(deadline: float) -> None:
    chart = [*CHART, pointing("Medication/m-1")]
    with servers(fhir_deadline=deadline) as made, fhir_server(chart, Medication=fault.hang) as server:
        found = ask(made, server)
    assert found.ledger["medication-requests"] == "fetched"
    assert found.chart.medications == {}


# --- types that a server does not have -----------------------------------------------------------------------

NO_SUCH_TYPE = fault.status(404, outcome("not-supported"))


def statement_of(*kinds: str, version: str = "4.0.1") -> fault.Behaviour:
    resources = [{"type": kind} for kind in kinds]
    rest = [{"mode": "server", "resource": resources}]
    return fault.answer({"resourceType": "CapabilityStatement", "fhirVersion": version, "rest": rest})


def test_of_two_lists_of_medicines_one_is_enough(made: FhirServers) -> None:
    with fhir_server(CHART, MedicationStatement=NO_SUCH_TYPE) as server:
        found = ask(made, server)
    assert found.ledger["medication-statements"] == "empty"
    assert Source.MEDICATIONS not in found.chart.unanswered | found.chart.truncated


def test_a_server_that_has_neither_list_of_medicines_told_nothing_of_them(made: FhirServers) -> None:
    with fhir_server(CHART, MedicationStatement=NO_SUCH_TYPE, MedicationRequest=NO_SUCH_TYPE) as server:
        assert Source.MEDICATIONS in ask(made, server).chart.unanswered


def test_the_list_that_failed_beside_one_that_does_not_exist_was_not_had(made: FhirServers) -> None:
    failed = fault.status(500)
    with fhir_server(CHART, MedicationStatement=NO_SUCH_TYPE, MedicationRequest=failed) as server:
        assert Source.MEDICATIONS in ask(made, server).chart.unanswered


def test_what_the_server_says_of_itself_counts_before_its_status(made: FhirServers) -> None:
    html = fault.status(404, b"<html>")
    with fhir_server(CHART, Condition=html, AllergyIntolerance=NO_SUCH_TYPE) as server:
        server.faults["metadata"] = statement_of("Patient", "Observation", "AllergyIntolerance")
        found = ask(made, server)
    assert found.ledger["conditions"] == "empty"
    assert found.ledger["allergies"] == "failed"


# --- versions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["4.0.1", "4.0", "4.3.0", "4.1.0"])
def test_r4_and_r4b_are_read(made: FhirServers, version: str) -> None:
    with fhir_server(CHART, metadata=statement_of(version=version)) as server:
        assert ask(made, server).ledger["conditions"] == "fetched"


@pytest.mark.parametrize("version", ["1.0.2", "3.0.2", "4.2.0", "4.6.0", "5.0.0", "40.0.0"])
def test_a_server_of_another_version_is_not_read(made: FhirServers, version: str) -> None:
    with fhir_server(CHART, metadata=statement_of(version=version)) as server:
        for _ in range(2):
            with pytest.raises(Problem, match="another version of FHIR") as problem:
                ask(made, server)
            assert problem.value.status == 412
        assert server.kinds().count("metadata") == 1  # what it says is remembered


def test_a_media_type_may_say_the_version(made: FhirServers) -> None:
    stu3 = fault.answer(bundle(CHART[2:3]), "application/fhir+json; fhirVersion=3.0")
    with fhir_server(CHART, Condition=stu3) as server, pytest.raises(Problem, match="another version"):
        ask(made, server)


@pytest.mark.parametrize("silent", [fault.status(500), fault.answer(b"<html>"), fault.answer({"rest": [{}]})])
def test_a_server_that_says_nothing_of_itself_is_read_all_the_same(
    made: FhirServers, silent: fault.Behaviour
) -> None:
    with fhir_server(CHART, metadata=silent) as server:
        assert ask(made, server).ledger["conditions"] == "fetched"


@at_the_deadline
def test_a_statement_that_never_comes_costs_no_more_than_the_deadline_and_that_once(deadline: float) -> None:
    with servers(fhir_deadline=deadline) as made, fhir_server(CHART, metadata=fault.hang) as server:
        for _ in range(3):
            assert ask(made, server).ledger["conditions"] == "fetched"
        assert server.kinds().count("metadata") == 1


# --- tokens and scopes ---------------------------------------------------------------------------------------


def test_what_the_token_does_not_cover_is_not_asked_for(made: FhirServers) -> None:
    with fhir_server(CHART) as server:
        found = ask(
            made, server, granted=authorization("launch patient/Patient.read patient/Observation.read")
        )
    assert {key for key, word in found.ledger.items() if word == "not-granted"} == {
        query.key for query in PATIENT_VIEW if query.resource_type not in {"Patient", "Observation"}
    }
    assert {Source.CONDITIONS, Source.MEDICATIONS, Source.ALLERGIES} <= found.chart.unanswered
    assert set(server.kinds()) == {"metadata", "Patient", "Observation"}


def test_a_token_without_the_patient_gives_no_answer(made: FhirServers) -> None:
    with fhir_server(CHART) as server, pytest.raises(Problem, match="the scopes of the access token do not"):
        ask(made, server, granted=authorization("patient/Observation.rs"))
    assert "Patient" not in server.kinds()


def test_a_filtered_scope_covers_a_part(made: FhirServers) -> None:
    category = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
    scope = f"patient/Patient.r patient/Condition.rs patient/Observation.rs?category={category}"
    with fhir_server(CHART) as server:
        found = ask(made, server, granted=authorization(scope))
    assert found.ledger["labs"] == "empty"  # all that it asks for is of the laboratory
    assert found.ledger["bone-density"] == found.ledger["frax"] == "truncated"
    assert Source.FRAX in found.chart.truncated


def test_a_token_for_another_patient_is_none(made: FhirServers) -> None:
    with fhir_server(CHART) as server:
        with pytest.raises(Problem, match="scopes of the access token"):
            ask(made, server, granted=authorization(patient="p2"))
        assert ask(made, server, granted=authorization("user/*.read", patient="p2")).chart.patient is not None


@pytest.mark.parametrize(
    ("granted", "why"),
    [
        (authorization(expires_in=0), "the access token has expired"),
        (authorization(expires_in=-5), "the access token has expired"),
        (authorization(token_type="MAC"), "is not a Bearer token"),  # noqa: S106 - a type, no token
        (authorization(token="a\r\nX-Evil: 1"), "is not a Bearer token"),  # noqa: S106 - a marker
        (authorization(token=""), "is not a Bearer token"),
    ],
)
def test_a_token_that_cannot_be_used_is_not_used(made: FhirServers, granted: object, why: str) -> None:
    with fhir_server(CHART) as server, pytest.raises(Problem, match=why):
        ask(made, server, granted=granted)  # type: ignore[arg-type]
    assert server.asked == []


def test_without_a_token_only_a_server_that_is_said_to_be_open_is_asked(made: FhirServers) -> None:
    with fhir_server(CHART) as server:
        assert ask(made, server, without_token=True).ledger["conditions"] == "fetched"
        assert not any("Authorization" in headers for _, _, headers in server.asked)
        with (
            servers(fhir_without_token=False) as careful,
            pytest.raises(Problem, match="no `fhirAuth"),
        ):
            ask(careful, server, without_token=True)


def test_without_a_server_the_key_was_omitted(made: FhirServers) -> None:
    found = ask(made, None, without("conditions"))
    assert found.ledger["conditions"] == "omitted"
    assert found.chart.unanswered == {Source.CONDITIONS}


def test_what_became_of_each_key_is_noted_also_where_there_is_no_answer(made: FhirServers) -> None:
    with fhir_server(CHART, Patient=fault.status(500)) as server, pytest.raises(LackingError) as lacking:
        ask(made, server, without("patient", "conditions"))
    ledger = lacking.value.ledger
    assert ledger["labs"] == Entry("empty", None)
    assert ledger["conditions"].word == "fetched"
    assert ledger["conditions"].seconds is not None
    assert ledger["conditions"].seconds > 0
    assert ledger["patient"].word == "failed"


def test_a_statement_of_a_medicine_points_at_it_too(made: FhirServers) -> None:
    pointer = {**statement("1"), "medicationReference": {"reference": "Medication/m-1"}}
    with fhir_server([*CHART, pointer, medicine("m-1", "904431")]) as server:
        assert ask(made, server, client=Client(name=ANYONE.name)).chart.medications.keys() == {"m-1"}


# --- shapes of another version -------------------------------------------------------------------------------

OLD = [{"resourceType": "Condition", "id": f"old{number}", "clinicalStatus": "active"} for number in range(2)]


def test_resources_of_another_versions_shape_are_no_answer(made: FhirServers) -> None:
    for keys in (None, without() | {"conditions": bundle(OLD)}):
        with fhir_server([*CHART[:2], *OLD]) as server:
            found = ask(made, server, keys)
        assert found.ledger["conditions"] == "failed"
        assert Source.CONDITIONS in found.chart.unanswered
        assert "wrong-version" in {each.issue for each in map_chart(found.chart, AS_OF, load()).data_quality}


def test_one_resource_of_another_versions_shape_leaves_the_rest_and_a_gap(made: FhirServers) -> None:
    found = ask(made, None, without() | {"conditions": bundle([*CHART[2:4], OLD[0]])})
    assert found.ledger["conditions"] == "supplied"
    inputs = map_chart(found.chart, AS_OF, load())
    assert len(found.chart.conditions) == 2
    assert Source.CONDITIONS in inputs.incomplete


# --- codes of a client's own ---------------------------------------------------------------------------------


def test_the_codes_of_each_client_are_asked_for(made: FhirServers) -> None:
    local = LocalCode(system="urn:l", code="CA", concept=Concept.CALCIUM_TOTAL)
    with fhir_server(CHART) as server:
        ask(made, server, terminology=load().with_local([local]))
        ask(made, server)
    asked = ["urn%3Al%7CCA" in path for _, path, _ in server.asked]
    assert asked.count(True) == 1
    assert not any(asked[len(PATIENT_VIEW) + 1 :])


SAID = Capability(version="4.0.1")


def test_what_servers_say_of_themselves_takes_no_more_room_than_it_may() -> None:
    known = Capabilities()
    bases = [f"https://ehr.example.org/{number}" for number in range(300)]
    for base in bases:
        known.remember(base, SAID)
        # This one is heard of again and again, and stays.
        known.remember(bases[0], SAID)
    assert [base for base in bases if known.of(base) == SAID] == [bases[0], *bases[-255:]]


def test_a_call_that_waited_in_vain_forgets_nothing_that_another_heard() -> None:
    known = Capabilities()
    for said in (Capability(), SAID, Capability()):
        known.remember("https://ehr.example.org", said)
    assert known.of("https://ehr.example.org") == SAID


def test_what_a_library_did_not_foresee_costs_one_key_and_not_the_call() -> None:
    def broken(_host: str, _port: int) -> tuple[str, ...]:
        raise AttributeError("'NoneType' object has no attribute 'getpeercert'")

    with servers(resolve=broken) as made, fhir_server(CHART) as server:
        assert ask(made, server, without("conditions")).ledger["conditions"] == "failed"
