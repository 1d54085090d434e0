"""Silence after an answer (GUIDELINE C, "Alert-fatigue policy"): exactly what it says, and no further.

Mutations these tests kill: 90 and 365 days by one, any other reason that silences, another topic, patient or
client that does, a critical card that is silent, and a value that changes without ending the silence.
"""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from cdshooks.app import create_app
from cdshooks.cards.case import Case
from cdshooks.cards.fingerprint import rests_on
from cdshooks.cards.identity import CardKeys, Mark, Signature
from cdshooks.cards.overrides import EVERY_REASON, OTHER
from cdshooks.cards.sheet import Sheet, SuggestionId
from cdshooks.cards.silence import REASON_DAYS, Answer
from cdshooks.example import SERVICE_ID
from cdshooks.guideline.topics import Topic
from cdshooks.services.patient_view import answer
from cdshooks.services.service import Call
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing
from cdshooks.trust.client import ANYONE, Client
from cdshooks.wire.feedback import Outcome
from cdshooks.wire.request import CarefulRequest
from cdshooks.wire.response import encode
from fhir_mappings.value_sets import load
from tests.charts import (
    AS_OF,
    CALCIUM,
    FEMUR,
    ICD10,
    PATIENT,
    VITAMIN_D,
    WEIGHT,
    Json,
    ago,
    allergy,
    card,
    clear_labs,
    condition,
    decided,
    evaluation,
    frax,
    mapped,
    observation,
    order,
    patient,
    prefetch,
    t_score,
    topics,
    wire,
)

KEYS = CardKeys((bytes(32),))
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
LOW, SEVERE = t_score("-1.9"), t_score("-2.7")
FAILURE: Json = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
ROOT = Path(__file__).resolve().parents[2]
REQUESTS = sorted(
    path
    for path in (ROOT / "fixtures").rglob("request.json")
    if b'"patient-view"' in path.read_bytes()
    and json.loads((path.parent / "expected.json").read_bytes())["body"].get("cards")
)
DAYS = {"will-address-later": 90, "patient-declined": 365, "managed-by-specialist": 365}


class Desk:
    """Calls patient-view, and remembers what was answered to its cards."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked = 0

    def call(
        self,
        *resources: Json,
        as_of: datetime.date = AS_OF,
        client: Client = ANYONE,
        keys: CardKeys = KEYS,
        patient_id: str = PATIENT,
        **replaced: Json,
    ) -> Json:
        body = wire(
            {
                "hook": "patient-view",
                "hookInstance": INSTANCE,
                "context": {"userId": "Practitioner/1", "patientId": patient_id},
                "prefetch": prefetch(*resources) | replaced,
            }
        )
        response: Json = msgspec.json.decode(
            encode(
                answer(
                    Call(
                        request=msgspec.json.decode(body, type=CarefulRequest),
                        as_of=as_of,
                        terminology=load(),
                        client=client,
                        keys=keys,
                        answers=self._look_up,
                    )
                )
            )
        )
        return response

    def _look_up(self, _signature: Signature, _as_of: datetime.date) -> Sequence[Answer]:
        self.asked += 1
        return self.answers

    def override(self, shown: Json, reason: str | None, on: datetime.date = AS_OF) -> None:
        self._answer(shown["uuid"], Outcome.OVERRIDDEN, reason, on)

    def accept(self, shown: Json, number: int, on: datetime.date = AS_OF) -> None:
        self._answer(shown["suggestions"][number]["uuid"], Outcome.ACCEPTED, None, on)

    def _answer(self, uuid: str, outcome: Outcome, reason: str | None, on: datetime.date) -> None:
        about = KEYS.read("anyone", uuid)
        assert about is not None
        self.answers.append(
            Answer(
                topic=about.topic,
                suggestion=about.suggestion,
                mark=Mark(about.patient, about.fingerprint),
                outcome=outcome,
                reason=reason,
                on=on,
            )
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def days(number: int) -> datetime.timedelta:
    return datetime.timedelta(days=number)


def silenced(response: Json) -> list[str]:
    return [each["topic"] for each in evaluation(response)["findings"] if each["shown"] == "silenced"]


def labels(shown: Json) -> list[str]:
    return [each["label"] for each in shown.get("suggestions", [])]


def only(response: Json) -> Json:
    (found,) = response["cards"]
    assert isinstance(found, dict)
    return found


# How long, and after what


@pytest.mark.parametrize("reason", sorted(DAYS))
def test_a_card_is_silent_to_the_last_day_and_no_longer(desk: Desk, reason: str) -> None:
    assert dict(REASON_DAYS) == DAYS
    last = AS_OF + days(10)
    desk.override(only(desk.call(LOW)), reason, on=last - days(DAYS[reason]))
    response = desk.call(LOW, as_of=AS_OF)
    assert response["cards"] == []
    assert evaluation(response)["findings"] == [
        {
            "topic": "frax-needed",
            "shown": "silenced",
            "silencedBy": [
                {
                    "answer": reason,
                    "answered": (last - days(DAYS[reason])).isoformat(),
                    "until": last.isoformat(),
                }
            ],
        }
    ]
    assert desk.call(LOW, as_of=last)["cards"] == []
    assert topics(desk.call(LOW, as_of=last + days(1))) == ["frax-needed"]


@pytest.mark.parametrize("reason", [*sorted(EVERY_REASON - DAYS.keys()), OTHER, None])
def test_no_other_reason_ever_silences(desk: Desk, reason: str | None) -> None:
    desk.override(only(desk.call(LOW)), reason)
    response = desk.call(LOW)
    assert topics(response) == ["frax-needed"]
    assert "silencedBy" not in evaluation(response)["findings"][0]


def test_of_several_answers_the_one_that_holds_longest_is_told(desk: Desk) -> None:
    shown = only(desk.call(LOW))
    desk.override(shown, "will-address-later")
    desk.override(shown, "patient-declined", on=AS_OF - days(300))
    desk.override(shown, "data-wrong")
    (by,) = evaluation(desk.call(LOW))["findings"][0]["silencedBy"]
    assert by["answer"] == "will-address-later"


# Whose, and about what


def test_another_client_patient_or_key_is_another_matter(desk: Desk) -> None:
    desk.override(only(desk.call(LOW)), "patient-declined")
    another = [
        {**each, "subject": {"reference": "Patient/p2"}} if "subject" in each else {**each, "id": "p2"}
        for each in (patient(), LOW)
    ]
    assert len(desk.call(LOW, client=Client(name="another"))["cards"]) == 1
    assert len(desk.call(*another, patient_id="p2")["cards"]) == 1
    assert len(desk.call(LOW, keys=CardKeys((bytes(range(32)),)))["cards"]) == 1
    # A key that came later does not forget what was answered under the earlier one.
    assert desk.call(LOW, keys=CardKeys((bytes(range(32)), *KEYS.keys)))["cards"] == []


@pytest.mark.parametrize(
    "chart",
    [
        pytest.param([t_score("-1.8")], id="another T-score"),
        pytest.param([t_score("-1.9", effectiveDateTime=ago(5))], id="the same T-score measured again"),
        pytest.param([LOW, t_score("-1.5", FEMUR)], id="one more site"),
        pytest.param([LOW, *frax("2.0")], id="a FRAX result"),
        pytest.param([LOW, *frax("1.0", "9.0")], id="FRAX, which makes it another disposition"),
        pytest.param([LOW, condition("S52.501A", ICD10)], id="a fracture"),
    ],
)
def test_a_changed_value_ends_the_silence(desk: Desk, chart: list[Json]) -> None:
    desk.override(only(desk.call(LOW)), "patient-declined")
    assert len(desk.call(*chart)["cards"]) == 1


@pytest.mark.parametrize(
    "chart",
    [
        pytest.param([t_score("-1.90")], id="the same value with one more digit"),
        pytest.param([t_score("-1.9", id="copy")], id="the same value in another resource"),
        pytest.param([LOW, observation(WEIGHT, "61", "kg")], id="a weight"),
        pytest.param([LOW, observation(CALCIUM, "9.4", "mg/dL")], id="a calcium that decides nothing here"),
        pytest.param([LOW, order("314076", "lisinopril")], id="a medicine for something else"),
    ],
)
def test_what_the_card_does_not_rest_on_does_not_end_it(desk: Desk, chart: list[Json]) -> None:
    desk.override(only(desk.call(LOW)), "patient-declined")
    assert desk.call(*chart)["cards"] == []


def test_a_birthday_does_not_end_it(desk: Desk) -> None:
    desk.override(only(desk.call(patient(70), LOW)), "patient-declined")
    assert desk.call(patient(71), LOW)["cards"] == []


def test_what_withholds_the_draft_ends_it_and_so_does_what_could_not_be_looked_at(desk: Desk) -> None:
    chart = [SEVERE, *clear_labs()]
    desk.override(only(desk.call(*chart)), "patient-declined")
    assert desk.call(*chart)["cards"] == []
    assert len(desk.call(*chart, allergy("46041", "alendronate"))["cards"]) == 2
    assert len(desk.call(*chart, labs=FAILURE)["cards"]) == 1


def test_other_data_problems_are_another_card(desk: Desk) -> None:
    unusable = patient(gender="unknown")
    desk.override(only(desk.call(unusable, LOW)), "will-address-later")
    assert desk.call(unusable, LOW)["cards"] == []
    preliminary = t_score("-1.2", FEMUR, status="preliminary")
    assert topics(desk.call(unusable, LOW, preliminary)) == ["data-problem"]


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.parent.name)
def test_a_day_that_passes_does_not_end_it(path: Path) -> None:
    kept = keep_nothing()
    client = create_app(Settings(dev=True), kept=kept).test_client()
    request = msgspec.json.decode(path.read_bytes())
    stated = datetime.date.fromisoformat(request["extension"]["com.bone-health-cds.as-of"])
    answers = []
    for day in (stated, stated + days(1)):
        request["extension"]["com.bone-health-cds.as-of"] = day.isoformat()
        answers.append(client.post(f"/cds-services/{SERVICE_ID}", json=request).get_json())
    came_to = [[(each["id"], each["met"]) for each in evaluation(answer)["criteria"]] for answer in answers]
    prints = [
        {each["source"]["topic"]["code"]: _fingerprint(kept.keys, each["uuid"]) for each in answer["cards"]}
        for answer in answers
    ]
    # Where a value grew too old or a date came, it is another matter.
    assert prints[0] == prints[1] or came_to[0] != came_to[1]


def _fingerprint(keys: CardKeys, uuid: str) -> int:
    about = keys.read("anyone", uuid)
    assert about is not None
    return about.fingerprint


# One card among several


def test_only_the_card_that_was_answered_is_silent(desk: Desk) -> None:
    chart = [SEVERE, *clear_labs()[:3], observation(VITAMIN_D, "15", "ng/mL")]
    both = desk.call(*chart)
    assert sorted(topics(both)) == ["correct-first", "treatment-indicated"]
    desk.override(card(both, "treatment-indicated"), "managed-by-specialist")
    response = desk.call(*chart)
    assert topics(response) == ["correct-first"]
    assert silenced(response) == ["treatment-indicated"]
    desk.override(card(both, "correct-first"), "will-address-later")
    assert desk.call(*chart)["cards"] == []


def test_what_was_folded_into_a_card_is_silent_with_it(desk: Desk) -> None:
    chart = [
        SEVERE,
        *clear_labs()[:3],
        observation(VITAMIN_D, "8", "ng/mL"),
        allergy("46041", "alendronate"),
    ]
    both = desk.call(*chart)
    shown = {each["topic"]: each["shown"] for each in evaluation(both)["findings"]}
    assert shown["alendronate-unsuitable"] == "folded"
    desk.override(card(both, "treatment-indicated"), "patient-declined")
    assert silenced(desk.call(*chart)) == [
        "treatment-indicated",
        "alendronate-unsuitable",
        "secondary-cause",
    ]


def test_a_critical_card_is_never_silent(desk: Desk) -> None:
    chart = [SEVERE, *clear_labs()[1:], observation(CALCIUM, "7.2", "mg/dL")]
    shown = card(desk.call(*chart), "correct-first")
    assert shown["indicator"] == "critical"
    for reason in DAYS:
        desk.override(shown, reason)
    again = card(desk.call(*chart), "correct-first")
    assert again["uuid"] == shown["uuid"]


# Suggestions


def test_an_accepted_suggestion_is_not_made_again_for_90_days_and_nothing_else_changes(desk: Desk) -> None:
    shown = only(desk.call(LOW))
    desk.accept(shown, 1, on=AS_OF - days(90))
    again = desk.call(LOW)
    assert shown["suggestions"][1]["label"] not in labels(only(again))
    assert set(labels(shown)) - set(labels(only(again))) == {shown["suggestions"][1]["label"]}
    assert evaluation(again)["findings"][0] == {
        "topic": "frax-needed",
        "shown": "card",
        "silencedBy": [
            {
                "answer": "accepted",
                "suggestion": "calcium",
                "answered": (AS_OF - days(90)).isoformat(),
                "until": AS_OF.isoformat(),
            }
        ],
    }
    assert labels(only(desk.call(LOW, as_of=AS_OF + days(1)))) == labels(shown)


def test_a_card_whose_suggestions_were_all_accepted_stays(desk: Desk) -> None:
    shown = only(desk.call(LOW))
    signature = KEYS.signature(client="anyone", patient_id=PATIENT, hook_instance=INSTANCE)
    about = KEYS.read("anyone", shown["uuid"])
    assert about
    mark = Mark(about.patient, about.fingerprint)
    for suggestion in SuggestionId:
        item = {"suggestions": [{"uuid": signature.uuid(Topic.FRAX_NEEDED, mark, suggestion)}]}
        desk.accept(item, 0)
    again = only(desk.call(LOW))
    assert "suggestions" not in again
    assert "selectionBehavior" not in again
    assert again["detail"].endswith("The clinician decides._")


def test_a_changed_value_makes_the_suggestion_again(desk: Desk) -> None:
    shown = only(desk.call(LOW))
    desk.accept(shown, 1)
    assert shown["suggestions"][1]["label"] in labels(only(desk.call(t_score("-1.8"))))


# The store


def test_the_store_is_asked_once_and_only_where_there_is_a_card(desk: Desk) -> None:
    desk.call(t_score("0.5"))
    assert desk.asked == 0
    desk.call(SEVERE, *clear_labs(), allergy("46041", "alendronate"))
    assert desk.asked == 1


def test_a_topic_that_this_version_does_not_know_silences_nothing(desk: Desk) -> None:
    desk.override(only(desk.call(LOW)), "patient-declined")
    unknown = max(topic.number for topic in Topic) + 1
    desk.answers = [msgspec.structs.replace(each, topic=unknown) for each in desk.answers]
    assert len(desk.call(LOW)["cards"]) == 1


def test_spans_of_time_do_not_count_and_what_is_measured_does() -> None:
    case = Case(decision=decided(LOW), inputs=mapped(LOW), recipient=None)

    def of(summary: str) -> str:
        return rests_on(case, Sheet(topic=Topic.FRAX_NEEDED, indicator="info", summary=summary, detail=""))

    assert of("Glucocorticoid 7.5 mg/d for 97 days") == of("Glucocorticoid 7.5 mg/d for 98 days")
    assert of("on 97 of 365 days") == of("on 8 of 365 days")
    assert of("Glucocorticoid 7.5 mg/d for 97 days") != of("Glucocorticoid 9 mg/d for 97 days")
