"""An answer in what its client can show: nothing gets lost, and critical cards are never capped."""

from typing import Any

import pytest
from msgspec import structs

from cdshooks.cards.fit import fit
from cdshooks.cards.markdown import escape, plain, table, without_tables
from cdshooks.cards.parts import FOOTER
from cdshooks.trust.client import Profile
from cdshooks.wire.response import (
    EVALUATION,
    Action,
    Card,
    Coding,
    Evaluation,
    FindingTrace,
    HookResponse,
    Indicator,
    Link,
    Source,
    Suggestion,
)


def action(kind: str, **given: Any) -> Action:  # noqa: ANN401 - members of any type
    return Action(type="create", description=f"Create {kind}", resource={"resourceType": kind}, **given)


def suggestion(label: str, *kinds: str, **given: Any) -> Suggestion:  # noqa: ANN401 - as above
    return Suggestion(label=label, uuid=label, actions=tuple(action(kind) for kind in kinds), **given)


def card(topic: str, indicator: Indicator = "info", *suggestions: Suggestion) -> Card:
    return Card(
        uuid=topic,
        summary=f"About {topic}",
        indicator=indicator,
        source=Source(label="x", topic=Coding(system="s", code=topic)),
        detail=f"Words of {topic}.\n\n{FOOTER}",
        suggestions=suggestions or None,
        selection_behavior="any" if suggestions else None,
    )


def response(*cards: Card) -> HookResponse:
    evaluation = Evaluation(
        disposition="treat",
        guideline_version="1",
        as_of="2026-03-14",
        findings=tuple(FindingTrace(topic=each.source.topic.code, shown="card") for each in cards),
    )
    return HookResponse(cards=cards, extension={EVALUATION: evaluation})


def test_a_client_that_can_do_everything_gets_everything() -> None:
    whole = response(card("a", "warning", suggestion("Order", "ServiceRequest")), card("b"))
    assert fit(whole, Profile()) == whole
    assert fit(HookResponse(cards=()), Profile()) == HookResponse(cards=())


def test_no_more_cards_than_the_client_shows_and_the_others_are_told_on_the_first() -> None:
    last = card("c", "info", suggestion("Order (DXA)", "ServiceRequest"), suggestion("Task", "Task"))
    profile = Profile(max_cards=1, action_resource_types=frozenset({"Task"}))
    fitted = fit(response(card("a", "warning"), card("b"), last), profile)
    (shown,) = fitted.cards
    assert shown.detail.split("\n\n") == [
        "Words of a.",
        "**About b**",
        "Words of b.",
        "**About c**",
        "Words of c.",
        r"**Without a draft here:** Order \(DXA\); Task.",
        FOOTER,
    ]
    assert shown.suggestions is None
    assert fitted.extension
    findings = fitted.extension[EVALUATION].findings or ()
    assert [(each.topic, each.shown) for each in findings] == [
        ("a", "card"),
        ("b", "folded"),
        ("c", "folded"),
    ]


def test_the_links_of_a_card_that_is_left_out_stand_on_the_first() -> None:
    one, other = (Link(label=each, url=f"https://{each}.example.org", type="absolute") for each in "ab")
    linked = [
        structs.replace(card(topic), links=links)
        for topic, links in (("a", None), ("b", (one,)), ("c", (other, one)))
    ]
    (shown,) = fit(response(*linked), Profile(max_cards=1)).cards
    assert shown.links == (one, other)
    (alone,) = fit(response(card("a"), card("b")), Profile(max_cards=1)).cards
    assert alone.links is None


def test_critical_cards_are_never_left_out() -> None:
    cards = (card("a", "critical"), card("b", "critical"), card("c", "warning"), card("d"))
    assert [each.uuid for each in fit(response(*cards), Profile(max_cards=1)).cards] == ["a", "b"]
    assert [each.uuid for each in fit(response(*cards), Profile(max_cards=3)).cards] == ["a", "b", "c"]
    late = (card("a"), card("b"), card("c", "critical"))
    assert [each.uuid for each in fit(response(*late), Profile(max_cards=2)).cards] == ["a", "c"]


def test_what_a_client_cannot_take_is_said_in_words() -> None:
    given = card(
        "a",
        "warning",
        suggestion("Order (DXA)", "ServiceRequest"),
        suggestion("Task", "Task"),
        suggestion("Both", "ServiceRequest", "MedicationRequest"),
    )
    profile = Profile(action_resource_types=frozenset({"ServiceRequest"}))
    (fitted,) = fit(response(given), profile).cards
    assert [each.label for each in fitted.suggestions or ()] == ["Order (DXA)"]
    assert fitted.detail == f"Words of a.\n\n**Without a draft here:** Task; Both.\n\n{FOOTER}"

    (none,) = fit(response(given), Profile(action_resource_types=frozenset())).cards
    assert none.suggestions is None
    assert none.selection_behavior is None
    assert r"Order \(DXA\); Task; Both." in none.detail


def test_an_action_that_deletes_is_of_the_type_it_deletes() -> None:
    deletion = Action(type="delete", description="Delete", resource_id="Task/1")
    given = card("a", "info", Suggestion(label="Drop", uuid="1", actions=(deletion,)))
    (kept,) = fit(response(given), Profile(action_resource_types=frozenset({"Task"}))).cards
    assert kept.suggestions
    (left,) = fit(response(given), Profile(action_resource_types=frozenset({"Tas"}))).cards
    assert left.suggestions is None


@pytest.mark.protocol("F34", "J6")
def test_choosing_among_actions_is_for_clients_that_declare_it() -> None:
    given = response(card("a", "info", suggestion("Labs", "ServiceRequest", action_selection_behavior="any")))

    def behaviour(profile: Profile) -> str | None:
        (fitted,) = fit(given, profile).cards
        (only,) = fitted.suggestions or ()
        return only.action_selection_behavior

    assert behaviour(Profile()) is None
    assert behaviour(Profile(version="3.0", action_selection_behavior=True)) == "any"


def test_the_trace_is_left_out_where_it_is_not_wanted_and_no_empty_extension_stays() -> None:
    assert fit(response(card("a")), Profile(evaluation=False)).extension is None
    other = HookResponse(cards=(), extension={"other": response().extension[EVALUATION]})  # type: ignore[index]
    assert fit(other, Profile(evaluation=False)).extension == other.extension


def test_a_card_without_its_last_paragraph_gets_the_words_at_its_end() -> None:
    given = Card(**{name: getattr(card("a"), name) for name in Card.__struct_fields__} | {"detail": "Words."})
    (fitted,) = fit(response(given, card("b")), Profile(max_cards=1)).cards
    assert fitted.detail == "Words.\n\n**About b**\n\nWords of b."


TABLE = table(("Input", "Value", "Date"), [("T-score", "−2.5", "2026"), ("Ca|lcium", "9 \\¦ 4", "")])


@pytest.mark.parametrize("markdown", ["no-tables", "none"])
def test_tables_become_lists(markdown: Any) -> None:  # noqa: ANN401 - narrower in the profile
    given = response(Card(**{n: getattr(card("a"), n) for n in Card.__struct_fields__} | {"detail": TABLE}))
    (fitted,) = fit(given, Profile(markdown=markdown)).cards
    first, second = fitted.detail.split("\n")
    assert first == "- Input: T-score; Value: −2.5; Date: 2026"
    assert second.startswith("- Input: Ca¦lcium; Value: 9 ")
    assert without_tables("a | b\n\n| c |") == "a | b\n\n| c |"


def test_plain_text_has_no_marks_and_what_the_chart_says_stays() -> None:
    chart = escape(r"**bold** _under_ a\b [x](y) <b> snake_case 1 + 1")
    assert plain(f"**Label:** {chart}\n\n{FOOTER}") == (
        r"Label: **bold** _under_ a\b [x](y) <b> snake_case 1 + 1" + f"\n\n{FOOTER.strip('_')}"
    )
