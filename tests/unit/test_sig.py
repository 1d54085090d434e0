"""Free-text sigs of a 70 mg tablet as people write them: milligrams a week, or that the text does not say.

Each row: the text, then mg a week, or times a week where it names no dose ("2 x"), or "-" for no frequency, or
"!" where it says two things at once.
"""

from decimal import Decimal

import pytest

from fhir_mappings.dosage import Fault, Strength, read_sig
from fhir_mappings.dosage import sig as sigs
from fhir_mappings.dosage.sig import LONGEST_SIG, REMEMBERED

TABLET_70MG = Strength(mg=Decimal(70), mg_per_ml=Decimal(1))

SIGS = """
weekly                                                    | 1 x
once a week                                               | 1 x
once weekly                                               | 1 x
QWEEK                                                     | 1 x
qwk                                                       | 1 x
q week                                                    | 1 x
q7d                                                       | 1 x
every 7 days                                              | 1 x
every 7th day                                             | 1 x
Take on the same day each week                            | 1 x
1 tab po q week on Sunday                                 | 70
1 tab PO Q WK                                             | 70
1 tab q.week                                              | 70
1 tab wkly                                                | 70
1 tab/week                                                | 70
one po qwk                                                | 70
1 weekly                                                  | 70
i tab po q 7 days                                         | 70
TK 1 T PO QWK                                             | 70
70mg 1x/wk                                                | 70
70 mg once-weekly                                         | 70
70,000 mcg weekly                                         | 70
0.07 g weekly                                             | 70
.07g weekly                                               | 70
take 1 tablet every Monday                                | 70
1 tab Mondays                                             | 70
Take 1 tablet by mouth every Sunday morning               | 70
take 1 tablet weekly on sunday                            | 70
Take 1 tablet by mouth Once per day on Sun                | 70
Take one tablet (70mg) by mouth once every seven days     | 70
take 1 tablet (70 mg total) by mouth every 7 (seven) days. | 70
Take 1 tablet by mouth one time per week                  | 70
Take one 70 mg tablet once each week                      | 70
Take 1 tab weekly x 12 weeks                              | 70
1 tab po q wk #4 RF 11                                    | 70
Disp: 4 tabs. Sig: 1 tab weekly                           | 70
alendronate 70 mg tablet. Take 1 tablet by mouth every week | 70
Take 70 mg by mouth weekly in the morning                 | 70
take 1 tablet 30 minutes before the first food or beverage of the day once weekly | 70
Take 1 tablet weekly as directed                          | 70
Take 1 tablet (70 mg total) by mouth once a week. Take with a full glass of water on an empty stomach; do not lie down for the next 30 min. | 70
TAKE ONE TABLET BY MOUTH ONE TIME PER WEEK, ON AN EMPTY STOMACH WITH 8 OUNCES OF WATER. REMAIN UPRIGHT FOR 30 MINUTES | 70
1 tab wekly                                               | 70
1 tab weekley                                             | 70
Take 1 tablte onece weeekly                               | 70
1 tab onec a week                                         | 70
take 1 tab by mouth evey week                             | 70
take w/ 8 oz H2O qweek                                    | 1 x
NOT daily. Take 1 tablet once weekly                      | 70
take 1 tablet once weekly, not to be taken daily          | 70
do not take daily – once weekly                           | 1 x
Do not take 1 tablet daily but 1 tablet weekly            | 70
Take 1 tablet once a WEEK only. Do not take every day     | 70
Take 1 tablet weekly (NOT DAILY)                          | 70
Take 1 tablet weekly, never daily                         | 70
1 tablet weekly instead of daily                          | 70
Don't take daily; take 1 tablet weekly                    | 70
Take 1 tablet weekly, daily use is dangerous              | 70
Take 1 tablet (70 mg) once weekly. Do NOT take more than one tablet in a week. | 70
take 70mg weekly; not more than 1 tab per day             | 70
Take 1 tablet weekly with calcium and vitamin D daily     | 70
Take 1 tablet weekly. Take calcium 500 mg and vitamin D3 daily | 70
Take calcium daily                                        | 7 x
Take 1 tablet by mouth weekly. Start on Sunday            | 70
10 mg, 1 tab(s), Oral, qWeek, 1 tabs                      | 1 x !
70 mg, 1 tab(s), Oral, qWeek, 4 tabs                      | 70
daily                                                     | 7 x
qd                                                        | 7 x
q.d.                                                      | 7 x
od                                                        | 7 x
every 24 hours                                            | 7 x
1 po qd                                                   | 490
1 tab dialy                                               | 490
1 tab evry day                                            | 490
1 tab PO QD                                               | 490
1 tab everyday                                            | 490
1 tab/day                                                 | 490
1 tabs, Oral, Daily, 30 tabs                              | 490
take one tablet by mouth every morning                    | 490
1 tab every am                                            | 490
1 tab qam                                                 | 490
1 tab qhs                                                 | 490
1 tab nightly                                             | 490
1 tab po qd with evening meal                             | 490
take 1 tablet by mouth 1 (one) time each day              | 490
Take one tablet a day                                     | 490
Take 1 tablet by mouth daily on an empty stomach          | 490
Take 1 tablet by mouth every day for 30 days.             | 490
70 mg daily                                               | 490
1-2 tabs daily                                            | 490–980
1 or 2 tablets daily                                      | 490–980
70 mg to 140 mg daily                                     | 7 x
one-half tablet daily                                     | 245
1/2 tab daily                                             | 245
½ tab daily                                               | 245
take half a tablet daily                                  | 245
a quarter tablet daily                                    | 122.5
1½ tabs qd                                                | 735
take one and one half tablets daily                       | 735
take two (2) tablets daily                                | 980
bid                                                       | 14 x
1 tab b.i.d                                               | 980
1 tablet every morning and every evening                  | 980
1 tablet every morning and at bedtime                     | 980
12.0 mg, Oral, Twice Daily, 2 Refill(s)                   | 168
tid                                                       | 21 x
take daily 3 times                                        | 21 x
thrice daily                                              | 21 x
qid                                                       | 28 x
70 mg, Oral, Once every 6 hrs, 0 Refill(s)                | 1960
1 tab q4-6h prn pain                                      | 1960–2940 prn
Takes 1-2 tablets once daily at bedtime as needed         | 490–980 prn
hourly                                                    | 168 x
every other day                                           | 3.5 x
QOD                                                       | 3.5 x
q.o.d.                                                    | 3.5 x
1 tab on alternate days                                   | 245
1 tab every 2 days                                        | 245
1 tab q2d                                                 | 245
1 tab every second day                                    | 245
1 tab every third day                                     | 163.3333
1 tab every fourth day                                    | 122.5
twice weekly                                              | 2 x
two times a week                                          | 2 x
Take 1 tab(s) by mouth 2x per week                        | 140
biw                                                       | 2 x
tiw                                                       | 3 x
1-2 times a week                                          | 1–2 x
three times a week Monday, Wednesday and Friday           | 3 x
1 tab Mon/Wed/Fri                                         | 210
Take 1 tablet by mouth Once per day on Mon Wed Fri        | 210
1 tab Monday through Friday                               | 350
1 tab on weekdays                                         | 350
1 tab 5 days a week                                       | 350
3 tablets per week                                        | 210
two 70mg tablets weekly                                   | 140
take 2 tablets (140 mg) weekly                            | 140
take two 35mg tablets weekly                              | 1 x !
2 x 70 mg tablets once weekly                             | 140
2 x 70 mg once weekly                                     | 140
2 70 mg once weekly                                       | 1 x
70 mg QOW                                                 | 35
1 tablet per os daily                                     | 490
1 tablet weekly per protocol                              | 70
1 tablet weekly. Taking it daily may cause harm           | 70
Take 1 tablet daily, not weekly                           | 490
1 tablet by mouth daily. Sundays only                     | !
1 tab daily (1 week on, 1 week off)                       | -
7 tablets weekly                                          | 490
everyother day                                            | -
70mg PO qwk; previously on 10 mg daily                    | !
Take 1 tablet (70 mg/5600 units) once weekly              | 70
70 mg/tablet, 1 tablet weekly                             | 70
5 mg/kg daily                                             | -
70 mg = 1 tab(s), Oral, qWeek, # 4 tab(s), 3 Refill(s)    | 70
1 tab po weekly; 90 day supply                            | 70
1 tablet q weekly                                         | 70
1 tab x1/week                                             | 70
take one tab each week, upright x30 min                   | 70
5 mg every other day alternating with 10 mg               | -
Take 6 tablets on day 1, 5 tablets on day 2, 4 tablets on day 3 | -
take 2 tabs po qam and 1 tab po qpm                       | 14 x
Take 1 tablet by mouth every seven days do not take daily | 70
prednisone 20mg daily x7d then 10mg daily x7d then stop   | 70–140
una vez a la semana                                       | -
1 tab p.o. q.wk.                                          | 70
Take 1 tablet by mouth every 7 days for 28 days           | 70
Take 1 tablet every Wed.                                  | 70
5 mL weekly                                               | 5
70 mg (70 mL) weekly                                      | 70
2 tablets (10 mL) weekly                                  | 1 x
70 mg weekly, 70 mg tablets                               | 70
70 mg (5 mL) weekly                                       | 1 x !
70 mg every 2 weeks                                       | 35
70 mg fortnightly                                         | 35
one tablet every other Monday                             | 35
1 tab every 4 weeks                                       | 17.5
monthly                                                   | 0.23 x
twice a month                                             | 0.46 x
1 tab the first of each month                             | 16.0986
yearly                                                    | 0.0192 x
daily x 5 days then weekly                                | 1–7 x
70 mg once daily for the first week, then once weekly     | 70–490
40 mg daily x 5 days, then 20 mg daily x 5 days, then 10 mg daily x 5 days | 70–280
40 mg daily x 5 days, then 20 mg x 5 days, then stop      | 140–280
40 mg daily x 5 days, 20 mg daily x 5 days, 10 mg daily x 5 days | 70–280
as directed                                               | -
use as directed                                           | -
once                                                      | -
1 tablet                                                  | -
70 mg                                                     | -
1 tablet once                                             | -
1 tablet in the morning                                   | -
1 tab at bedtime                                          | -
70 mg on Sunday                                           | -
biweekly                                                  | -
up to twice daily                                         | -
No more than one tablet a week                            | -
Do not take daily                                         | -
weekly x4                                                 | -
1 tab M-W-F                                               | -
take 1 tab every 0 days                                   | -
0 times a day                                             | -
daily 0 times                                             | -
0 times a day on Sunday                                   | -
0 times every 2 days                                      | -
9 days a week                                             | -
1 tablet by month weekly                                  | -
take 1 tablet by mouth in the morning and 1 tablet in the evening | -
take 1 tablet daily in the morning and evening            | -
1 tablet with each meal                                   | -
tome 1 tableta diaria                                     | -
Taper: 40 mg daily                                        | -
Decrease by 5 mg every week                               | -
take daily until day 5                                    | -
40 mg daily x 5 days, then as directed                    | -
take 1 tablet daily once weekly                           | !
Take one tablet by mouth daily every 7 days               | !
changed from daily to weekly                              | !
daily then weekly                                         | !
1 tab daily except Sunday                                 | !
1 capsule po qd-bid for pain                              | !
weekly on Monday and Thursday                             | !
70 weekly                                                 | 1 x
0 tablets weekly                                          | 1 x
0 mg weekly                                               | 1 x
90 tablets weekly                                         | 1 x
20 tablets weekly                                         | 1400
21 tablets weekly                                         | 1 x
5 mg in the morning and 2.5 mg at night daily             | -
prednisone 5 mg every morning and 2.5 mg every evening    | 14 x
Take 2 tablets now then 1 tablet daily                    | 7 x
5000 units weekly                                         | 1 x
"""  # noqa: E501 - each row is one text

ROWS = [tuple(part.strip() for part in row.rsplit("|", 1)) for row in SIGS.strip().splitlines()]


def short(low: Decimal, high: Decimal) -> str:
    ends = [f"{round(each, 4).normalize():f}" for each in (low, high)]
    return ends[0] if low == high else "–".join(ends)


def said(text: str, strength: Strength = TABLET_70MG) -> str:
    found = read_sig(text, strength=strength)
    often, total = found.doses_per_week, found.mg_per_week
    contradictory = " !" if Fault.CONTRADICTORY in found.faults else ""
    as_needed = " prn" if found.as_needed else ""
    if often is None:
        return contradictory.strip() or "-"
    if total is None:
        return f"{short(often.low, often.high)} x{contradictory}"
    return short(total.low, total.high) + as_needed


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_a_sig_says_what_a_reader_would_take_or_nothing(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_letter_case_and_a_full_stop_at_the_end_change_nothing(text: str, expected: str) -> None:
    assert said(text.upper()) == said(f"  {text}") == said(f"{text}.") == expected


WITHOUT_STRENGTH = [
    ("take 1 tablet (10 mg) daily", "70"),
    ("take 2 tablets (10 mg) daily", "7 x"),
    ("take 2 tablets daily", "7 x"),
    ("take two 5 mg tablets daily", "70"),
    ("take two 5 mg tablets (10 mg) daily", "70"),
    ("take two 5 mg tablets (20 mg) daily", "7 x !"),
    ("10 mg daily", "70"),
    ("10 mg tablet daily", "70"),
    ("5 mg/5 mL daily", "-"),
    ("5 mL daily", "7 x"),
    ("10 mg (5 mL) daily", "70"),
    ("75 mL (70 mg) once weekly", "70"),
    ("10 mg (1 mL) daily", "70"),
]


@pytest.mark.parametrize(("text", "expected"), WITHOUT_STRENGTH)
def test_without_the_strength_of_the_product_tablets_are_no_milligrams(text: str, expected: str) -> None:
    assert said(text, Strength()) == expected


def test_an_empty_text_says_nothing_and_one_that_is_too_long_is_not_read() -> None:
    assert read_sig("  ").steps == ()
    assert read_sig("weekly".ljust(LONGEST_SIG, "!")).doses_per_week is not None
    too_long = read_sig("weekly".ljust(LONGEST_SIG + 1, "!"))
    assert (too_long.faults, too_long.doses_per_week) == ((Fault.UNREADABLE,), None)


def test_a_taper_has_the_length_of_each_step() -> None:
    taper = read_sig("40 mg daily for 5 days, then 20 mg daily x 1 week, then 10 mg daily for a month")
    assert [dose.days for dose in taper.doses] == [5, 7, 30]
    assert read_sig("70 mg weekly for 12 weeks").days == 84
    assert read_sig("70 mg weekly for 12 weeks, for 30 days").doses_per_week is None


def test_what_is_remembered_of_sigs_is_bounded_and_holds_no_word_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remembered: dict[object, object] = {}
    monkeypatch.setattr(sigs, "_remembered", remembered)
    first = read_sig("70 mg weekly, for Ms Example", strength=TABLET_70MG)
    assert read_sig("70 mg weekly, for Ms Example", strength=TABLET_70MG) is first
    assert "Example" not in repr(remembered)
    for number in range(REMEMBERED):
        read_sig(f"{number} mg", strength=TABLET_70MG)
    assert len(remembered) == 1
