"""One ledger, several ways of counting it: what each must hold for any hours."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.kinds import Presence
from lms.hub.hours.rules.entry import Evidence
from lms.reports.hours.rules.lines import (
    LAST_BUCKET,
    HoursLine,
    SessionLine,
    StudentLedger,
    lag_bucket,
    lag_histogram,
    last_attended,
)
from lms.reports.hours.rules.profiles import (
    COLUMNS,
    Profile,
    clock_hour_figures,
    credit_hundredths,
    evidence_mix,
    explain_row,
    rows_of,
    totals_of,
)

DAY = date(2026, 10, 20)
LINE = HoursLine(DAY, 60, Kind.LECTURE_ONLINE, Evidence.COUNTERSIGNED, True, False, 0, "PC", "Unit 1", "Acme")

lines = st.builds(
    HoursLine,
    day=st.integers(0, 300).map(lambda n: DAY + timedelta(days=n)),
    minutes=st.integers(-120, 960),
    kind=st.sampled_from(Kind),
    evidence=st.sampled_from(Evidence),
    is_approved=st.booleans(),
    is_paid=st.booleans(),
    lag_days=st.integers(0, 100),
    course=st.sampled_from(["", "PC", "CAP"]),
    work=st.sampled_from(["", "Unit 1", "Unit 2"]),
    firm=st.sampled_from(["", "Acme", "Bolt"]),
    from_register=st.booleans(),
)
ledgers = st.lists(lines, max_size=20).map(lambda found: StudentLedger("e1", "Ada", tuple(found)))


@given(ledgers)
def test_on_the_job_and_related_instruction_are_all_the_approved_minutes(ledger: StudentLedger) -> None:
    rows = rows_of(Profile.APPRENTICESHIP, [ledger])
    approved = [line for line in ledger.lines if line.is_approved]
    assert totals_of(Profile.APPRENTICESHIP, rows) == {
        "approved": sum(line.minutes for line in approved),
        "paid": sum(line.minutes for line in approved if line.is_paid),
    }


@given(ledgers)
def test_credit_hours_leave_no_approved_minute_out(ledger: StudentLedger) -> None:
    totals = totals_of(Profile.CREDIT_HOURS, rows_of(Profile.CREDIT_HOURS, [ledger]))
    approved = sum(line.minutes for line in ledger.lines if line.is_approved)
    assert totals["instruction"] + totals["outside"] == approved


@given(ledgers, st.sampled_from(Profile))
def test_hours_that_nobody_approved_change_no_report(ledger: StudentLedger, profile: Profile) -> None:
    only_approved = replace(ledger, lines=tuple(line for line in ledger.lines if line.is_approved))
    assert rows_of(profile, [ledger]) == rows_of(profile, [only_approved])


@given(ledgers, st.sampled_from(Profile))
def test_a_rows_explanation_ends_with_its_last_figure(ledger: StudentLedger, profile: Profile) -> None:
    for row in rows_of(profile, [ledger]):
        assert tuple(row.figures) == COLUMNS[profile]
        explained = explain_row(profile, row)
        assert explained.steps[-1].value == explained.value


@given(st.lists(lines, max_size=20))
def test_the_histogram_and_the_evidence_mix_lose_no_minute(found: list[HoursLine]) -> None:
    histogram = lag_histogram(found)
    assert sum(count for count, _ in histogram.values()) == len(found)
    minutes = sum(line.minutes for line in found)
    assert sum(each for _, each in histogram.values()) == minutes == sum(evidence_mix(found).values())


def test_own_word_and_lower_evidence_are_no_clock_hours() -> None:
    weak = replace(LINE, evidence=Evidence.SYSTEM_TRACE)
    ledger = StudentLedger("e1", "Ada", (LINE, weak))
    (row,) = rows_of(Profile.CLOCK_HOURS, [ledger])
    assert row.figures["counted"] == 60


def test_a_lab_is_counted_with_its_session_and_not_twice() -> None:
    meeting = SessionLine(DAY, "PC", 180, 180, Presence.PRESENT)
    made = replace(LINE, minutes=180, kind=Kind.LAB_IN_PERSON, evidence=Evidence.ATTENDANCE, from_register=True)
    (row,) = rows_of(Profile.CLOCK_HOURS, [StudentLedger("e1", "Ada", (made,), (meeting,))])
    assert row.figures["counted"] == 180


def test_seven_scheduled_hours_are_seven_clock_hours_and_not_more() -> None:
    figures = clock_hour_figures([SessionLine(DAY, "PC", 420, 420, Presence.PRESENT)], [])
    assert figures["counted"] == 420


def test_excused_absence_counts_up_to_a_tenth_of_what_was_scheduled() -> None:
    there = [SessionLine(DAY, "PC", 120, 120, Presence.PRESENT)] * 4
    excused = [SessionLine(DAY, "PC", 120, 0, Presence.EXCUSED)]
    figures = clock_hour_figures([*there, *excused], [])
    assert figures["scheduled"] == 600
    assert figures["excused"] == 60
    assert figures["counted"] == 480 + 60


def test_a_credit_takes_45_hours_of_which_15_are_instruction() -> None:
    assert credit_hundredths(15 * 60, 30 * 60) == 100
    assert credit_hundredths(10 * 60, 60 * 60) == 66
    assert credit_hundredths(45 * 60, 0) == 100
    assert credit_hundredths(0, 500 * 60) == 0


def test_exams_are_not_off_the_job_and_stand_beside() -> None:
    exam = replace(LINE, kind=Kind.ASSESSMENT, minutes=90)
    (row,) = rows_of(Profile.OFF_THE_JOB, [StudentLedger("e1", "Ada", (LINE, exam), expected=600)])
    assert row.figures == {"planned": 600, "actual": 60, "exams": 90, "paid": 0, "difference": -540}


def test_the_last_day_of_attendance_needs_more_than_the_own_word() -> None:
    later = replace(LINE, day=DAY + timedelta(days=9), evidence=Evidence.SELF_REPORT)
    assert last_attended(StudentLedger("e1", "Ada", (LINE, later))) == DAY
    assert last_attended(StudentLedger("e1", "Ada", (later,))) is None


def test_lags_fall_into_the_buckets_of_the_rule() -> None:
    assert [lag_bucket(days) for days in (0, 1, 2, 3, 7, 8, 14, 15, 42, 43)] == [0, 1, 1, 2, 2, 3, 3, 4, 4, LAST_BUCKET]
