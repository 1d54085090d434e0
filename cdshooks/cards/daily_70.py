"""O-DAILY70 in patient-view: an active weekly tablet that is written daily (GUIDELINE section 0, 6; D)."""

from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs, table
from cdshooks.cards.sheet import Sheet
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day


def sheet(case: Case) -> Sheet | None:
    """The card where an active order of 70 mg alendronate says every day.

    It offers no draft: the order is signed, and replacing a dose is for who knows what the patient takes.
    """
    orders = [each for each in case.inputs.therapy if each.weekly_tablet_daily]
    if not orders:
        return None
    return Sheet(
        topic=Topic.ORDER_DAILY_70,
        indicator="critical",
        summary="Alendronate 70 mg daily: 70 mg is a once-WEEKLY dose",
        detail=paragraphs(
            (
                bold("Why", "an active order of the weekly 70 mg strength is written to be taken daily."),
                table(
                    ("Input", "Value", "Date"),
                    [("alendronate 70 mg", "daily, active", day(each.since)) for each in orders],
                ),
                bold(
                    "Now",
                    "ask what the patient takes. If it is one a day: stop it, and check calcium, creatinine "
                    "and the upper gut; severe hypocalcemia and esophageal ulcers are the known harm. Replace "
                    "the order by one tablet ONCE A WEEK.",
                ),
            )
        ),
    )
