import re
import string
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdshooks.cards import identity, numbers
from cdshooks.cards.identity import CardId, CardKeys, Mark, Signature
from cdshooks.cards.sheet import SuggestionId
from cdshooks.guideline.topics import Topic

KEY, LATER_KEY = bytes(range(32)), bytes(range(32, 64))
KEYS = CardKeys((KEY,))
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"

any_text = st.text(st.characters(codec="utf-8"), max_size=70)
any_topic = st.sampled_from(Topic)
any_suggestion = st.none() | st.sampled_from(SuggestionId)


def signature(
    keys: CardKeys = KEYS, *, client: str = "ehr", patient_id: str = "p1", hook_instance: str = INSTANCE
) -> Signature:
    return keys.signature(client=client, patient_id=patient_id, hook_instance=hook_instance)


def card(signed: Signature, topic: Topic = Topic.FRAX_NEEDED, suggestion: SuggestionId | None = None) -> str:
    return signed.uuid(topic, signed.marks("values")[0], suggestion)


@given(any_text, any_text, st.uuids(), any_text, any_topic, any_suggestion)
def test_a_uuid_says_what_was_put_into_it(
    client: str,
    patient_id: str,
    instance: uuid.UUID,
    rests_on: str,
    topic: Topic,
    suggestion: SuggestionId | None,
) -> None:
    signed = KEYS.signature(client=client, patient_id=patient_id, hook_instance=str(instance))
    (mark,) = signed.marks(rests_on)
    text = signed.uuid(topic, mark, suggestion)
    assert uuid.UUID(text).version == 8
    assert uuid.UUID(text).variant == uuid.RFC_4122
    assert str(uuid.UUID(text)) == text
    expected = CardId(
        topic=topic.number,
        suggestion=suggestion.number if suggestion else 0,
        patient=mark.patient,
        fingerprint=mark.fingerprint,
        instance=signed.instance,
    )
    for spelled in (text, text.upper(), f"urn:uuid:{text}"):
        assert KEYS.read(client, spelled) == expected


@given(any_topic, any_suggestion, st.integers(0, 127))
def test_a_uuid_with_one_bit_changed_is_none_of_ours(
    topic: Topic, suggestion: SuggestionId | None, bit: int
) -> None:
    changed = uuid.UUID(int=uuid.UUID(card(signature(), topic, suggestion)).int ^ 1 << bit)
    assert KEYS.read("ehr", str(changed)) is None


@given(st.uuids() | st.text(alphabet=string.hexdigits + "-", max_size=40))
def test_what_somebody_made_up_is_none_of_ours(text: object) -> None:
    assert KEYS.read("ehr", str(text)) is None


def test_the_parts_fill_the_bits_that_are_free() -> None:
    topic_and_suggestion = numbers.TOPIC_BITS + numbers.SUGGESTION_BITS
    parts = (identity.PATIENT_BITS, identity.FINGERPRINT_BITS, identity.INSTANCE_BITS, identity.TAG_BITS)
    assert topic_and_suggestion >= 12
    assert all(bits >= least for bits, least in zip(parts, (44, 20, 16, 28), strict=True))
    assert topic_and_suggestion + sum(parts) == 122


@pytest.mark.protocol("J13")
def test_a_retry_has_the_same_uuids_and_everything_else_another() -> None:
    one = card(signature())
    assert card(signature(hook_instance=INSTANCE.upper())) == one
    others = {
        card(signature(hook_instance=INSTANCE.replace("d", "e"))),
        card(signature(client="another")),
        card(signature(patient_id="p2")),
        card(signature(CardKeys((LATER_KEY,)))),
        card(signature(), Topic.DATA_PROBLEM),
        card(signature(), suggestion=SuggestionId.CALCIUM),
        signature().uuid(Topic.FRAX_NEEDED, signature().marks("another value")[0]),
    }
    assert len({one, *others}) == 8


def test_what_was_sent_to_one_client_is_nobody_elses_to_answer() -> None:
    assert KEYS.read("ehr", card(signature())) is not None
    assert KEYS.read("another", card(signature())) is None


def test_an_earlier_key_still_reads_and_recognises_its_patients() -> None:
    rotated = CardKeys((LATER_KEY, KEY))
    old, new = card(signature()), card(signature(rotated))
    assert old != new
    for text in (old, new):
        read = rotated.read("ehr", text)
        assert read is not None
        assert Mark(read.patient, read.fingerprint) in signature(rotated).marks("values")
    assert KEYS.read("ehr", new) is None


def test_parts_that_run_together_the_same_way_are_kept_apart() -> None:
    one = KEYS.signature(client="ab", patient_id="c", hook_instance=INSTANCE)
    other = KEYS.signature(client="a", patient_id="bc", hook_instance=INSTANCE)
    assert one.patients != other.patients
    assert one.marks("x") != other.marks("x")


def test_keys_do_not_show_themselves() -> None:
    assert repr(KEYS) == "CardKeys(…)"
    assert KEY.hex()[:16] not in repr(signature())
    assert CardKeys.ephemeral().keys != CardKeys.ephemeral().keys


# Numbers


@pytest.mark.parametrize(
    ("codes", "bits"),
    [(tuple(Topic), numbers.TOPIC_BITS), (tuple(SuggestionId), numbers.SUGGESTION_BITS)],
)
def test_no_number_is_given_twice_or_does_not_fit(
    codes: tuple[Topic, ...] | tuple[SuggestionId, ...], bits: int
) -> None:
    given = [each.number for each in codes]
    assert len(set(given)) == len(given)
    assert min(given) == 1
    assert max(given) < 1 << bits


def test_numbers_that_were_given_stay() -> None:
    # Written down a second time on purpose: uuids with these numbers are out there.
    topics = (
        "dxa-screening frax-needed treatment-indicated treatment-consider treatment-deferred secondary-cause "
        "alendronate-unsuitable correct-first on-treatment very-high-risk data-problem "
        "t-score-not-applicable denosumab-overdue order-daily-70 order-underdose order-dose-unreadable "
        "order-dose-conflict order-esophageal order-varices order-upright order-hypocalcemia "
        "order-calcium-unknown order-renal order-renal-unknown order-hypersensitivity order-pregnancy "
        "order-pediatric order-premenopausal order-duplicate-therapy order-vitamin-d "
        "order-calcium-vitamin-d order-administration-timing order-dental order-no-frax "
        "order-below-threshold order-drug-holiday order-atypical-fracture-or-onj order-glucocorticoid "
        "order-dxa-early order-raloxifene order-zoledronate-strength"
    )
    suggestions = (
        "frax-task start-alendronate calcium vitamin-d exercise-referral fall-risk-referral "
        "dxa-in-24-months dxa-in-12-months dxa-now secondary-cause-labs vitamin-d-level dental-exam "
        "smoking-cessation alcohol-counselling nutrition-counselling specialist-referral change-to-weekly "
        "remove-order frax-in-12-months"
    )
    for given_once, codes in ((topics, tuple(Topic)), (suggestions, tuple(SuggestionId))):
        now = {each.value: each.number for each in codes}
        for number, code in enumerate(given_once.split(), 1):
            assert now[code] == number


def test_numbers_have_their_codes_and_unknown_ones_are_named_as_such() -> None:
    assert all(numbers.topic(each.number) == each for each in Topic)
    assert all(numbers.suggestion(each.number) == each for each in SuggestionId)
    assert numbers.topic(127) == "topic-127"
    assert numbers.suggestion(63) == "suggestion-63"


def test_the_text_of_a_uuid_is_plain() -> None:
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", card(signature()))
