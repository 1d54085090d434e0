"""Whom bone drugs are for (GUIDELINE D, O-PREG, O-PEDS and O-YOUNG).

When a bone drug is ordered in pregnancy or breast-feeding, or under 18, Then that is critical; a pregnancy in
doubt is a warning. When it is ordered before menopause or for a man under 50, Then that is a warning: it needs
a specialist's decision.
"""

from cdshooks.guideline.decision import Met
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy, Weight
from cdshooks.guideline.orders.drugs import treats_bone, treats_osteoporosis
from cdshooks.guideline.orders.suspected import suspicion
from cdshooks.guideline.recommendations import scope as gates
from cdshooks.guideline.recommendations.scope import PEDIATRIC, PREGNANCY, YOUNG
from cdshooks.guideline.topics import Topic
from fhir_mappings.inputs import Disease, Sex, Source


def _pregnant(case: OrderCase) -> OrderFinding | None:
    criterion = PREGNANCY.look(case.inputs)
    if criterion.met is not Met.YES:
        found = suspicion(case, Disease.PREGNANCY)
        if found is None:
            return None
        return _finding(case, Topic.ORDER_PREGNANCY, "warning", "Possibly pregnant", found.because)
    return _finding(case, Topic.ORDER_PREGNANCY, "critical", "Pregnant or breast-feeding", criterion.because)


def _pediatric(case: OrderCase) -> OrderFinding | None:
    criterion = PEDIATRIC.look(case.inputs)
    if criterion.met is not Met.YES:
        return None
    words = f"Adult osteoporosis rules do not apply under {gates.ADULT_AGE}; bisphosphonates specialist-only"
    because = f"{criterion.because}. {words}"
    return _finding(case, Topic.ORDER_PEDIATRIC, "critical", f"Under {gates.ADULT_AGE}", because)


def _young(case: OrderCase) -> OrderFinding | None:
    person = case.inputs.person
    if person.age is None or person.sex is None:
        return None
    pediatric, pregnancy, young = (gate.look(case.inputs) for gate in (PEDIATRIC, PREGNANCY, YOUNG))
    if Met.YES in {pediatric.met, pregnancy.met} or young.met is not Met.YES:
        return None
    who = f"Man under {gates.MEN_FROM}" if person.sex is Sex.MALE else "Not known to be postmenopausal"
    return _finding(case, Topic.ORDER_PREMENOPAUSAL, "warning", who, young.because)


def _finding(case: OrderCase, topic: Topic, weight: Weight, who: str, because: str) -> OrderFinding:
    return OrderFinding(
        topic=topic,
        weight=weight,
        summary=f"{who}: {case.drug} needs specialist decision",
        because=because,
        order=case.order,
        remedies=(Remedy.REMOVE,),
    )


O_PREG = Check(
    id="O-PREG",
    topic=Topic.ORDER_PREGNANCY,
    concerns=treats_bone,
    needs=frozenset({Source.PATIENT, Source.CONDITIONS, Source.REPRODUCTIVE_STATUS}),
    look=_pregnant,
    citation="FDA label sections 8.1 and 8.2",
)
O_PEDS = Check(
    id="O-PEDS",
    topic=Topic.ORDER_PEDIATRIC,
    concerns=treats_bone,
    needs=frozenset({Source.PATIENT}),
    look=_pediatric,
    citation="FDA label section 8.4",
)
O_YOUNG = Check(
    id="O-YOUNG",
    topic=Topic.ORDER_PREMENOPAUSAL,
    concerns=treats_osteoporosis,
    needs=frozenset({Source.PATIENT, Source.CONDITIONS}),
    look=_young,
    citation="ISCD 2019/2023: T-scores classify postmenopausal women and men from 50",
)
