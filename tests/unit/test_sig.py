"""Free-text sigs of a 70 mg tablet as people write them: milligrams a week, or that the text does not say.

Each row: the text, then mg a week, or times a week where it names no dose ("2 x"), or "-" for no frequency, or
"!" where it says two things at once.
"""

import json
from decimal import Decimal

import pytest

from fhir_mappings.dosage import NOT_UNDERSTOOD, Amount, Fault, Strength, read_sig, read_sigs
from fhir_mappings.dosage import sig as sigs
from fhir_mappings.dosage.sig import LONGEST_SIG, LONGEST_TOGETHER, REMEMBERED

TABLET_70MG = Strength(mg=Decimal(70), mg_per_ml=Decimal(1))
TABLET_OF_A_WEEK = Strength(mg=Decimal(70))

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
1 tab daily except Sunday                                 | 420
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


ON_AN_ORDER = """
2-70mg tabs weekly => unreadable
take 2 (70mg) weekly => unreadable
ii weekly => unreadable
dose: 2 weekly => unreadable
two bottles weekly => unreadable
double dose weekly => unreadable
1 tab weekly plus 1 extra => unreadable
1 tab weekly and another tablet at night => unreadable
1 tab, 2 tab weekly => unreadable
Take a couple of tablets weekly => unreadable
Take two (70 mg-5,600 unit) tablets weekly => unreadable
2 tbs weekly => unreadable
2 units weekly => unreadable
2 strips weekly => unreadable
zwei Tabletten weekly => unreadable
70/5600 weekly => 70
Take 70 mg weekly, 4 => unreadable
1 tab weekly on M & Th => unreadable
1 tab in the morning and 1 tab in the evening weekly => unreadable
every Sunday AM and PM => unreadable
Every Sunday at 8am and 8pm => unreadable
Every Sunday at 08:00 and 20:00 => unreadable
weekly AM & PM => unreadable
weekly at breakfast and dinner => unreadable
weekly & repeat Thursday => unreadable
one weekly, repeat next morning => unreadable
1 tab weekly and Wednesday => unreadable
weekly and prn => unreadable
weekly MWF => unreadable
weekly Tu/Th => unreadable
70 mg + 70 mg weekly => unreadable
Take 1 tablet every Sunday. Take it on Wednesday if you travel => unreadable
1 tab x 2 doses weekly => unreadable
1 tab weekly, 2 tabs => unreadable
be sure to take 2 strips standing, weekly => unreadable
Take #2 tablets weekly => 140
Take 2 tablets refills: none, weekly => 140
Take 2 refills: none, weekly => unreadable
bi-weekly => unreadable
semi-weekly => unreadable
half-weekly => unreadable
tri-weekly => unreadable
4 weekly => unreadable
1 tab 4-weekly => unreadable
two-weekly => unreadable
every week and a half => unreadable
4 tablets a month => unreadable
Take 1 tablet by mouth once a week. Tomar una tableta todos los dias. => unreadable
once a week. cada dia => unreadable
Tomar 1 tableta cada día, weekly => unreadable
weekly. diariamente => unreadable
1 tableta weekly todos los dias => unreadable
una vez al dia weekly => unreadable
Weekly. Täglich => unreadable
Take weekly. Chaque jour => unreadable
Weekly, ogni giorno => unreadable
weekly, 1 comprimido todo dia => unreadable
1 tableta cada dia => unreadable
1 tab weekly alternating with daily dosing => conflict
1 tab weekly x 4 => unreadable
1 tab weekly, skip a week when travelling => unreadable
1 tab weekly, increase if tolerated => unreadable
1 tab weekly 1 mane => unreadable
weekly 5 days => unreadable
every week on Monday/Thursday => conflict
weekly tablet: 1 daily => conflict
once weekly on Monday and Thursday => conflict
weekly; after that daily => conflict
weekly - take 2 => 140
2 EA weekly => 140
2 tbl weekly => 140
2 comprimidos once a week => 140
2 effervescent tablets weekly => 140
two on Sundays => 140
1 tab on Mondays/Thursdays => 140
every Sunday plus Wednesday => 140
1 tab every Sun/Wed => 140
every Sun / Wed => 140
Take 2 tablets (11,200 IU vitamin D) once weekly => 140
1 tab on Sunday, 1 tab on Wednesday => 140
take two at once weekly => 140
2 T po q wk => 140
140 mg every 7 days => 140
1tab or 2tab weekly => 70–140
2 tablets every other week => 70
4 tablets every 4 weeks => 70
4 tablets once a month => 64.3943
1 tablet daily except Sunday => 420
every day but Sunday => 420
daily, skip weekends => 350
1 tab q2w => 35
q4w => 17.5
1 tab once in 14 days => 35
1 tab per 14 days => 35
1 tablet daily, 90 days => 490
1 tab qd. Refill prn => 490
Sit upright and take 1 tablet daily => 490
1 tablet every evening at bedtime => 490
Take 1 tablet by mouth every day 30 days => 490
Take twenty-eight tablets over 4 weeks => unreadable
1 daily 30 min before breakfast, upright 30 min => 490
1 tab twice weekly with 8 oz water, DAW => 140
TAKE 1 TABLET BY MOUTH EVERY DAY AS DIRECTED, #30, 11 refills => 490
Take 1 tablet (70 mg total) by mouth once a week. Take in the morning with 8 oz (240 mL) of plain water at least 30 minutes before first food or drink. Do not lie down for 30 minutes. => 70
alendronate (FOSAMAX) 70 MG tablet, Take 1 tablet by mouth every 7 (seven) days, Disp: 12 tablet, Rfl: 3 => 70
70 mg PO once weekly x 5 years then drug holiday => 70
Take 1 tablet weekly at 0600 => 70
Take one (1) tablet by mouth one time weekly. Quantity: four (4). Refills: eleven (11). => 70
Take 1 tablet (70 mg) once every week. Swallow whole with 6-8 ounces (180-240 mL) plain water, upon arising for the day. => 70
70mg tablet: one weekly => 70
1 tab (70 mg) weekly, 12 tabs, 3 refills => 70
1 tab weekly Disp #12 (twelve) Refills 3 (three) => 70
Take 1 tablet by mouth once a week for 12 doses => 70
Weekly on Saturday for bone health, age 72 => 70
dissolve 1 effervescent tablet in 4 oz (half a glass) of room temperature plain water once weekly; wait 5 minutes, stir 10 seconds, then drink => 70
1 tablet, Orally, Once a week, 28 days, 4, Refills 3 => 70
1 tablet Orally Once a week, 84 days, 12 Tablet, Refills 3 => 70
take 1 tab weekly. pt prefers Sundays => 70
1 tab po q wk (fosamax generic ok) #4 5 RF => 70
TAKE 1 TABLET BY MOUTH WEEKLY - DO NOT CRUSH OR CHEW => 70
Take 1 tablet (70 mg) by mouth once a week on empty stomach, 30 min prior to breakfast, w/ 8oz plain water; sit upright x 30 min after => 70
1 tab by mouth weekly (Mondays) => 70
Take 1 tab po weekly on Mon AM, 30 mins before food, stay upright at least 30 mins => 70
70 mg by mouth every week. Indications: Postmenopausal Osteoporosis => 70
70 mg, Oral, Weekly, # 12 tab, 3 Refill(s), Pharmacy: CVS/pharmacy #1234 => 70
70 mg = 1 tab, PO, qWeek, # 12 tab, 3 Refill(s), Type: Maintenance, Pharmacy: WALGREENS DRUG STORE #12345, 1 tab Oral qWeek => 70
70 mg, 1 tablet, Oral, Every 7 days, 12 tablets, 3 Refills => 70
Take 1 tablet by mouth once weekly. Needs appt for further refills => 70
Take 1 tablet by mouth once weekly. Last refill, needs office visit before further refills => 70
Take 1 tablet once a week - NEED LABS BEFORE NEXT REFILL => 70
1 tablet by mouth every Sunday before breakfast; nothing else for 30-60 min => 70
Take 1 tablet by mouth weekly. Avoid taking with other meds for 1/2 hour => 70
1 tablet weekly, take with a big glass of water and stand for half an hour => 70
one tablet po weekly (Dr. Jones, NPI 1234567890) => 70
take 1 tab PO once weekly to strengthen bones. => 70
Take 1 tablet by mouth once a week. To be taken on the same day every week. => 70
ONE TO BE TAKEN ONCE A WEEK 30 MINS BEFORE FOOD => 70
One tablet once weekly, swallowed whole with plenty of water while sitting or standing, on an empty stomach at least 30 minutes before breakfast and stand or sit upright for at least 30 minutes after administration => 70
1 tab each Sunday, dispense 4 per month => 70
Take one tab weekly (generic for Fosamax 70mg) => 70
Fosamax 70 mg weekly. Substitution permitted => 70
1 tab po weekly x 12 months => 70
1 tab po weekly for 1 year, refill prn => 70
take one weekly, 2 hours apart from antacids => 70
Take 1 tablet weekly (take 1 hour before other meds) => 70
70mg weekly; hold if dental surgery planned => 70
70 mg once weekly at 6:30 AM => 70
70 mg once weekly at 06:30 => 70
1 tab every 7 days at 8 am with water => 70
1 tab weekly, 5th year of treatment => 70
1 tab weekly, started 2021 => 70
1 tab weekly, since March 2021 => 70
Take 1 tablet by mouth one (1) day a week => 70
Take 1 tab once a week on Wednesday; call office if heartburn occurs => 70
Take 1 tablet on an empty stomach every Sunday, then eat breakfast 30 minutes later => 70
Take 1 tablet by mouth once a week with 1 glass of water => 70
take 1 tablet by mouth once a week with 200 mL of water => 70
1 tab weekly with 200ml water => 70
Take one tablet by mouth once weekly on the same day with water only; wait at least 1/2 hour before eating, drinking or taking other medications => 70
Take 1 tablet weekly, in AM, 1hr before food/meds => 70
Take weekly => 70
Take 1 tablet by mouth once every week 30min before 1st food/drink/med of day, with 6-8oz water => 70
take 1 t po weekly, ok to substitute => 70
1 tablet weekly. Quantity sufficient for 3 months => 70
1 tab po once weekly; 3 month supply; 1 year refills => 70
1 tablet (70 mg) PO once per week, dispense 12, refill x 3 => 70
1 tablet 30 minutes before the first food, beverage or medicine of the day with plain water Orally Once a week 28 days => 70
1 tablet Orally weekly, 90 days => 70
1 tablet Orally once a week, 30 day(s) => 70
1 tablet per 7 days => 70
1 tab once in 7 days => 70
1 tab q1w => 70
once a week. Remain upright 30 minutes daily => 70
Take 1 tablet by mouth once a week. Take in the morning with plain water, stay upright for at least 30 minutes every time => 70
ONE TO BE TAKEN WEEKLY => 70
1 dose weekly => 70
Swallow 1 tablet weekly => 70
Take 1 tablet (70 mg-5,600 unit) by mouth every 7 days => 70
1 tab PO weekly before breakfast with 8 oz of water, remain upright 30 min => 70
1 tab PO qwk, 90 day supply, 3 refills, DAW 1 => 70
Take 1 tablet (70 mg) by mouth every Sunday. Dx: M81.0 age-related osteoporosis => 70
Take 1 tablet weekly for osteoporosis (T-score -2.7) => 70
Take one tablet weekly on an empty stomach. Repeat DXA in 2 years. => 70
Take 1 tablet weekly. Follow up in 3 months with labs => 70
1 tablet by mouth once weekly, start 01/18/2026 => 70
1 tablet by mouth once weekly starting Sunday, January 18, 2026 => 70
Take 1 tab weekly as directed by Dr. Smith => 70
one tablet weekly per Dr Smith => 70
Take 1 tab once weekly (same day each week, e.g. Sunday) => 70
If you miss a dose, take it the morning after you remember. 1 tablet weekly. => 70
1 tablet once a week. If you miss a dose, take one tablet the next morning, do not take two tablets on the same day. => 70
1 tablet weekly. Take calcium 600 mg twice daily and vitamin D 1000 units daily => 70
1 tab weekly, wait 2 hours before taking calcium => 70
1 tab weekly NDC 0006-0031-44 => 70
1 tab weekly [Rx 1234567] => 70
Take 1 tablet weekly. Check vitamin D level in 6 weeks. => 70
1 tab weekly. DXA every 2 years => 70
1 tab weekly, f/u 6 months => 70
Take 1 tablet by mouth once a week for 90 days => 70
TAKE 1 TABLET BY MOUTH STAY UPRIGHT 30 MIN EVERY WEEK => 70
1 tab po upright 30 min q week => 70
TAKE 1 TABLET WITH NO FOOD ONCE A WEEK => 70
TAKE 1 TABLET DO NOT LIE DOWN FOR 30 MIN ONCE WEEKLY => 70
Take 1 tablet not less than 30 minutes before breakfast once a week => 70
Take 1 tablet while upright weekly => 70
Take 1 tablet by mouth once a week. Max Daily Amount: 70 mg => 70
Take 1 tablet by mouth once weekly. NOT FOR DAILY USE => 70
Take 1 tablet by mouth once weekly; this is NOT a daily medicine => 70
Take 1 tablet by mouth once weekly. Daily dosing may cause serious harm => 70
once weekly. If you miss your weekly dose, take it the next morning => 70
Take 1 tablet by mouth once weekly. Do not skip doses => 70
TAKE 1 TABLET BY MOUTH EVERY DAY MAY CAUSE DIZZINESS => 490
1 tab po upright 30 min qam => 490
If you miss a dose take 2 tablets the next day, 1 tablet weekly => unreadable
1 tab weekly. If missed, double the next dose => unreadable
1 tab weekly, max 2 per day => unreadable
1 tab weekly, no more than 2 tablets a week => unreadable
#2 tabs weekly => 140
#2 po weekly => unreadable
once a week with calcium take 2 tablets => 140
weekly for low BMD 2 tablets => 140
Weekly after labs take 2 tablets => 140
Take once weekly with vitamin D 2 tablets => 140
1 tablet weekly with calcium and 1 tablet Thursday => unreadable
1 tablet for 3 days every week => 210
1 tab x 3 days weekly => 210
1 tab x2 days/week => 140
1 tablet for five days each week => 350
1 tablet weekly for 2 days => unreadable
one weekly for a month then monthly => unreadable
1 tab weekly at 0600 and 2000 => unreadable
1 tab weekly at 8am and 2000 => unreadable
1 tab weekly and next day => unreadable
1 tablet weekly and the next morning => unreadable
1 tab weekly, second tab Thursday => unreadable
weekly: 1 dose Sunday 1 dose Wednesday => conflict
take 1 dose Sunday and 1 dose Wednesday => 140
1 tab stat and weekly => unreadable
1 tab now and then weekly => unreadable
1 tab today, tomorrow, then weekly => unreadable
1 tab weekly, start today => 70
1 tab weekly (up to 2) => unreadable
more than 1 tablet weekly => unreadable
>1 tablet weekly => unreadable
1 tablet weekly or more often if needed => unreadable
at least 1 tablet weekly => unreadable
minimum 1 tab weekly => unreadable
approx 1 tab weekly or so, more if pain => unreadable
take all tablets weekly => unreadable
take the whole pack weekly => unreadable
take the whole bottle weekly => unreadable
a handful weekly => unreadable
both weekly => unreadable
tow tablets weekly => unreadable
to tablets weekly => unreadable
tt tabs weekly => unreadable
tII weekly => unreadable
twо tablets weekly => unreadable
once weekly on Wednesday mornings => 70
1 tab Wednesday mornings => 70
Take 1 tablet on one day of each week => 70
Take 1 tablet by mouth on one morning each week => 70
take one tablet every seventh day => 70
take 1 tab PO x1 weekly => 70
Take ONE once a week at least half an hour before breakfast => 70
Take 1 tablet by mouth every 7 (seven) days. 70-2,800 mg-unit => 70
Take 1 tablet once a week before other daily medications => 70
Take 1 tablet by mouth once a week, 30 min before daily meds => 70
once weekly. Ensure adequate calcium (1200 mg/day) and vitamin D (800-1000 IU/day) => 70
once weekly. Cholecalciferol 1000 units daily => 70
once weekly. D3 2000 units daily => 70
once weekly. Also take Caltrate 600 twice daily => 70
once weekly. Oscal D BID => 70
once weekly. Get 1200 mg calcium per day => 70
Take 1 tablet by mouth once a week. 4 tabs per 28 days => 70
Take 1 tablet by mouth once a week. 28 tabs per 28 days => conflict
once weekly. Replaces ibandronate 150 mg monthly => 70
Take 1 tablet by mouth once weekly (changed from 10 mg daily) => 70
Take 1 tablet by mouth once weekly. Stop the 10 mg daily tablets => 70
once weekly. Bone density scan every 2 years => 70
once weekly. Drink plenty of water daily => 70
Take 1 tablet (70 mg total) by mouth every 7 days., Starting Thu 1/15/2026, Until Fri 1/15/2027, Disp-12 tablet, R-3, Normal => 70
Take 1 tablet by mouth once a week, Disp-4 tablet,R-11E-Prescribe => 70
1 tab PO weekly x 12 weeks, R x 3 => 70
1 tab PO qweekly M: 12 R: 3 => 70
1 tab PO weekly x 3 months, repeat x 3 => 70
Take ONE tablet ONCE a week. 4 tablets, 5 repeats => 70
1 tab PO weekly #4 RFx11 => 70
1 tablet Orally Once a week; Duration: 84 days => 70
Dose 70 mg, Frequency Every 7 days, Duration 90 days, Refills 3 => 70
Take 1 tablet by mouth once a week for up to 12 doses => 70
1 tab PO weekly, disp 12 (3 months), RF 3 => 70
1 tab PO weekly. Refill x 1 year => 70
Alendronate 70mg tablets - one to be taken once a week => 70
Alendronic Acid Tablets 70 mg ONE TO BE TAKEN EACH WEEK => 70
Alendronic Acid Tablets 70 mg TWO TO BE TAKEN EACH WEEK => 140
alendronate 70mg tab, 1 po qweek => 70
(for bones) one weekly => 70
ONE ON THE SAME DAY EACH WEEK => 70
1 tablet once weekly - Supply: (4) tablets => 70
1 weekly 4 tablet => 70
One weekly as per BNF => 70
Take one tablet once a week. Medication review due 03/2026 => 70
Take one tablet once a week. NHS: 28 day => 70
1 tablet, Oral, Every 7 Days, 0600 => 70
70 mg PO Q7D 0600 => 70
Sundays at 7 => 70
Take 1 tablet by mouth once a week between 6-8 AM => 70
Take 1 tablet by mouth once a week between 8 am and 8 pm => unreadable
<p>Take 1 tablet by mouth once a week</p> => 70
Take 1 tablet by mouth once a week<br/>Take with water => 70
Take 1&nbsp;tablet by mouth once&nbsp;a&nbsp;week => 70
Take &quot;1&quot; tablet by mouth once a week => 70
Take 1 tablet weekly &lt;daily&gt; => conflict
Take 1 tablet once a week  at  7  a.m.  starting  January  18,  2026, call  (555)  123-4567 => 70
1 tab once a week, 4 tablets. => 70
Take weekly. 4 tablets. => 280
1 tab PO weekly, total of 12 tablets => 70
1 tab PO weekly, 12 total => 70
Take 1 tablet by mouth once a week. #12 = 84 days => 70
Take 1 tablet by mouth once a week. 4 tablets = 28 days => 70
once weekly. Full glass of water with each dose => 70
once weekly. Take every dose on an empty stomach => 70
once weekly. Take each tablet with water => 70
once weekly. Take around the same time on each dosing day => 70
ONE tablet ONCE a week on a set day => 70
Take one tablet 1 time weekly (same day of the week) in AM => 70
Weekly x 1 tablet => 70
once weekly. Set day-of-week reminder => 70
1 tab once a week at least 30 minutes before the day's first food => 70
Drop 1 tablet into 4 oz water, drink, weekly => 70
Take one 70 mg-2800 IU tablet weekly => 70
Take 1 tablet (70 mg alendronate / 2800 units D3 total) by mouth once a week => 70
Take 1 tablet (70 mg-140 mcg) by mouth every 7 days => 70
1 tab PO weekly for osteoporosis T12 fx, s/p L1 fracture => 70
T score L-spine -2.8, FN -2.3, 1 tab weekly => 70
1 tab PO weekly, FRAX 22%/3.4%, eGFR 82, Ca 9.4 => 70
1 tab PO weekly. CrCl 65 mL/min. Wt 63.5 kg => 70
1 tab PO weekly. Start 1/18. Last filled 12/2025. Exp 01/2027 => 70
1 tab PO weekly LU code 225, PBS authority 1234 => 70
1 tab PO weekly, Pharmacy: Walgreens Drug Store 04523 => 70
1 tab PO weekly. Plan 5 years then drug holiday => 70
1 tab PO weekly. Year 3 of 5, reassess at 5 years => 70
1 tab PO weekly, stop after 5 years => 70
1 tab PO weekly. Hold 2 weeks before dental work => 70
1 tab PO weekly. Report thigh pain lasting over 1 week => 70
take 1 tablet by moth weekly => 70
Take 1 tablet by mouth once weeky => 70
TK 1 T PO D => 490
1 tablet weekly. ежедневно => unreadable
1 tablet weekly 每天 => unreadable
1 tablet weekly. يوميا => unreadable
1 tablet weekly. dagelijks => unreadable
1 tablet weekly. dagligen => unreadable
weekly (codziennie) => unreadable
1 tablet weekly. hàng ngày => unreadable
1 tablet weekly. araw-araw => unreadable
1 tablet weekly. chak jou => unreadable
Take 二 tablets weekly => unreadable
Take ❷ tablets weekly => unreadable
weekly _daily_ => conflict
Once a WEEK only. Swallow whole with a full glass (6-8 oz) of plain water, after getting up, at least 30 minutes (up to 60) before any food, other drink, calcium or other medicine. Sit or stand for at least 30 minutes and until after your first food. Do not chew, suck or take at bedtime. If you miss your day, take one tablet the next morning you remember, then return to your usual day; never two on one day. => 70
alendronate 70 mg with vitamin D3 tablet, once weekly => 70
Take once weekly with vitamin D 3 tablets => 210
Take 1 tablet by mouth once a week at 7, for osteoporosis => 70
"1 tab PO weekly. eGFR 82" #4 => 70
Take 1 tablet by mouth once a week. Disp-12 tablet, R-3. Remain upright => 70
"""  # noqa: E501 - each row is one text
"""What an order of one unit with 70 mg comes to by its text alone: milligrams a week, of one unit at a time
where nothing about an amount is said; or that something was said and not understood; or that it says two.
"""

ORDERED = [tuple(row.rsplit(" => ", 1)) for row in ON_AN_ORDER.strip().splitlines()]


def ordered(text: str, strength: Strength = TABLET_OF_A_WEEK) -> str:
    found = read_sig(text, strength=strength).with_dose(Amount(low=Decimal(70), high=Decimal(70)))
    if Fault.CONTRADICTORY in found.faults:
        return "conflict"
    if found.mg_per_week is None or not NOT_UNDERSTOOD.isdisjoint(found.faults):
        return "unreadable"
    return short(found.mg_per_week.low, found.mg_per_week.high)


@pytest.mark.parametrize(("text", "expected"), ORDERED)
def test_what_is_said_about_amount_or_time_is_understood_or_makes_it_unknown(
    text: str, expected: str
) -> None:
    assert ordered(text) == expected


@pytest.mark.parametrize(("text", "expected"), ORDERED)
def test_letter_case_hides_nothing_that_was_not_understood(text: str, expected: str) -> None:
    assert ordered(text.upper()) == expected


MORE_THAN_WEEKLY = """
TAKE 1 TABLET BY MOUTH EVERY DAY MAY CAUSE DIZZINESS
TAKE 1 TABLET BY MOUTH DAILY MAY TAKE WITH WATER
TAKE 1 TABLET BY MOUTH EVERY DAY WILL NEED LABS
Take 1 tablet by mouth daily is best before breakfast
TAKE 1 TABLET BY MOUTH STAY UPRIGHT 30 MIN EVERY MORNING
Stay upright 30 min every morning 1 tablet
1 tab po upright 30 min qd
1 tab po, upright qam
TAKE 1 TABLET WITH NO FOOD EVERY DAY
TAKE 1 TABLET NEVER WITH MILK EVERY MORNING
TAKE 1 TABLET DO NOT TAKE WITH FOOD EVERY DAY
TAKE 1 TABLET AND AVOID LYING DOWN EVERY DAY
TAKE 1 TABLET DO NOT LIE DOWN FOR 30 MIN EVERY DAY
Take 1 tablet do not crush daily
Take 1 tablet no less than 30 minutes before food daily
TAKE 1 TABLET NO LATER THAN 30 MINUTES BEFORE BREAKFAST EVERY DAY
Take 1 tablet maximum benefit when taken every morning
Take 1 tablet until follow up every day
Take 1 tablet, last DXA 2025 daily
Take 1 tablet to check bone density daily
1 tab miss no dose every day
Do not skip a day
Never miss your daily tablet
no less than daily
If a dose is missed take it the next day, otherwise 1 tab daily
When you miss breakfast still take 1 tablet every day
1 tab if you miss a day take 2 the next day
Take 1 tablet with calcium daily
Take with calcium 1 tablet daily
Take 1 tablet with fluids daily
Take 1 tablet for low BMD every day
Take 1 tablet until seen by dentist every day
Take calcium and 1 tablet daily
Take 1-2 tablets
take 1 or 2 tablets once a week
Take 75 ml
Take 2 ml
Take 1 tablet _daily_
take 1 tab upon waking and at bedtime
take 1 tab at noon and midnight
take 1 tab tonight and in the morning
take 1 tab before bed and on waking
take 1 tab 30 minutes before meals
take 1 tab before all meals
take 1 tab at mealtimes
take 1 tab around the clock
take 1 tab whenever you eat
take 1 tab each time you wake
Take 1 tablet a morning
Take 1 tablet ea. morning
Take 1 tablet evryday
Take 1 tablet mtwtfss
Take 1 tablet frequently
1 tab at 0800 and 2000
1 tab at 0600, 2000
start Mon & Thu
take 1 tab today and tomorrow
take 1 tab for 3 days
take 1 tab this morning and weekly
Take 1 tablet any day of every week and Wednesday
1 tab wkends
1 tab weekly, 4 tablets daily
1 tab two mornings per week
changed from 70 mg weekly to 70 mg daily
take before daily medicine and again daily
do not miss your daily dose
Max 2 tablets daily
1 tab 0600/1800
1 tab M: 12 daily
room 2 tablets
year 2 tablets
T-score -2.5 2 tablets
70-140 mg
"""


@pytest.mark.parametrize("text", MORE_THAN_WEEKLY.strip().splitlines())
def test_what_may_mean_more_than_weekly_is_heard_wherever_it_stands(text: str) -> None:
    """Beside a weekly sig as an instruction, and as its second sentence."""
    weekly = "Take 1 tablet by mouth once a week"
    elements: list[dict[str, object]] = [
        {"text": weekly, "patientInstruction": text},
        {"text": weekly, "additionalInstruction": [{"text": text}]},
        {"text": f"{weekly}. {text}"},
    ]
    for element in elements:
        found = read_sigs(json.dumps(element).encode(), strength=TABLET_OF_A_WEEK)
        too_much = found.mg_per_week is not None and found.mg_per_week.high > 70
        not_understood = {*NOT_UNDERSTOOD, Fault.CONTRADICTORY, Fault.NO_STRENGTH}
        assert too_much or not not_understood.isdisjoint(found.faults)


SOLUTION = [
    ("75 mL weekly", "70"),
    ("150 mL weekly", "140"),
    ("two bottles weekly", "140"),
    ("drink one bottle (75 mL) once a week", "70"),
    ("drink two bottles (75 mL) once a week", "conflict"),
    ("75 mL (70 mg) once weekly, followed by at least 2 oz of water", "70"),
    ("75 mL (35 mg) once weekly", "conflict"),
    ("5 mL daily", "32.6667"),
    ("take 75 mL weekly with 120 mL of plain water", "70"),
    ("drink one bottle once a week", "70"),
    ("70 mg once weekly", "70"),
    ("2 tablespoons weekly", "unreadable"),
    ("One 75ml bottle weekly", "70"),
    ("two 75 mL bottles weekly", "conflict"),
    ("70 mg/75 mL: take 75 mL weekly", "70"),
    ("35 mg/75 mL: take 75 mL weekly", "unreadable"),
    ("1 bottle (70 mg/75 mL) by mouth every 7 days, then drink 2 oz of water", "70"),
    ("Drink 1 single-dose bottle once a week", "70"),
    ("Drink the entire bottle once a week", "70"),
]


@pytest.mark.parametrize(("text", "expected"), SOLUTION)
def test_a_solution_is_measured_in_millilitres_or_bottles(text: str, expected: str) -> None:
    assert ordered(text, Strength(mg=Decimal(70), mg_per_ml=Decimal(70) / 75)) == expected


def test_beside_a_sig_what_is_said_of_calcium_is_not_said_of_the_drug() -> None:
    assert read_sig("Take calcium daily").says_how_often
    assert not read_sig("Take calcium daily", beside=True).says_how_often


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


@pytest.mark.parametrize("text", ["weekly " + "\ufdfa" * 120, "weekly " + "&" * 500])
def test_a_text_that_becomes_too_long_in_words_is_not_read(text: str) -> None:
    assert read_sig(text).faults == (Fault.UNREADABLE,)


def test_texts_that_are_too_long_together_are_not_read() -> None:
    def read(count: int) -> tuple[Fault, ...]:
        elements = [{"text": f"{number} weekly".ljust(500, "!")} for number in range(1, count + 1)]
        return read_sigs(json.dumps(elements).encode(), strength=TABLET_OF_A_WEEK).faults

    assert Fault.UNREADABLE not in read(LONGEST_TOGETHER // 500)
    assert read(LONGEST_TOGETHER // 500 + 1) == (Fault.UNREADABLE,)


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
