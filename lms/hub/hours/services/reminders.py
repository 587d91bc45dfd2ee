"""Reminding students of the week's hours: every rung is judged once for each of them, however often the sweep runs.

What makes it once is the row `Reminder`, unique for enrollment, week and rung, written in the transaction that writes
the letter: a sweep that dies leaves neither, and of two at the same time one finds the row and writes nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select

from lms.hub.cohorts.models import Cohort, Section, SheetTerms
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import Reminder
from lms.hub.hours.queries.reminders import standing
from lms.hub.hours.queries.situation import situation_of, situations_of
from lms.hub.hours.queries.weeks import Week, weeks_of
from lms.hub.hours.rules.reminders import Due, Outcome, Rung, due_now, judge
from lms.hub.hours.rules.sheet import Terms
from lms.hub.hours.services.terms import as_terms
from lms.kernel import clock
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.kernel.once import insert_once
from lms.kernel.units import Span
from lms.messages.services import notify_many, still_right
from lms.people.access import Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Site
from lms.people.scope import policy_day, unscoped, within

WHY = "reminders go to everybody"
AROUND = timedelta(days=21)  # a cohort is looked at from before its start until its last week is locked
AT_ONCE = 25  # students in one transaction: short for who writes meanwhile, and small in memory
LETTERS = {
    Rung.THURSDAY: "sheet-empty",
    Rung.SUNDAY: "sheet-due",
    Rung.TUESDAY: "sheet-missing",
    Rung.WEDNESDAY: "sheet-overdue",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Students of a cohort for whom a rung is due and was not judged yet."""

    cohort: Cohort
    due: Due
    enrollment_ids: tuple[int, ...]


def pieces_now() -> list[Piece]:
    """What is to be judged. One statement, and for each cohort and rung that is due one to find that nothing is."""
    moment = clock.now()
    found: list[Piece] = []
    for cohort, zones, terms in _running(moment):
        rungs = sorted({(due.monday, due.rung) for zone in zones for due in due_now(moment, zone, terms)})
        for monday, rung in rungs:
            found += _pieces(cohort, terms, monday, rung, moment)
    return found


def _running(moment: datetime) -> Iterator[tuple[Cohort, set[str], Terms]]:
    """Cohorts around their year, with the zones of their sites and when their sheets are due."""
    day = moment.date()
    statement = (
        select(Cohort, Site.zone, SheetTerms)
        .outerjoin(Section, Section.cohort_id == Cohort.id)
        .outerjoin(Site, Site.id == Section.site_id)
        .outerjoin(SheetTerms, (SheetTerms.cohort_id == Cohort.id) & stands(SheetTerms))
        .where(Cohort.starts_on <= day + AROUND, Cohort.ends_on >= day - AROUND, Cohort.taken_back_at.is_(None))
        .order_by(Cohort.id)
    )
    zones: dict[int, set[str]] = {}
    cohorts: dict[int, tuple[Cohort, Terms]] = {}
    for cohort, zone, terms in session.execute(unscoped(statement, WHY)):
        cohorts[cohort.id] = cohort, as_terms(terms)
        zones.setdefault(cohort.id, {cohort.zone}).add(zone or cohort.zone)
    yield from ((cohort, zones[number], terms) for number, (cohort, terms) in cohorts.items())


def _pieces(cohort: Cohort, terms: Terms, monday: date, rung: Rung, moment: datetime) -> Iterator[Piece]:
    judged = exists().where(Reminder.enrollment_id == Enrollment.id, Reminder.monday == monday, Reminder.rung == rung)
    rows = session.scalars(within(select(Enrollment), cohort).where(~judged).order_by(Enrollment.id)).all()
    by_zone: dict[str, list[int]] = {}
    for start in range(0, len(rows), AT_ONCE):
        for number, situation in situations_of(rows[start : start + AT_ONCE]).items():
            by_zone.setdefault(situation.zone, []).append(number)
    for zone, numbers in sorted(by_zone.items()):
        for due in due_now(moment, zone, terms):
            if (due.monday, due.rung) == (monday, rung):
                ids = sorted(numbers)
                for start in range(0, len(ids), AT_ONCE):
                    yield Piece(cohort, due, tuple(ids[start : start + AT_ONCE]))


def remind(piece: Piece) -> int:
    """Judge one piece and write its letters; how many. Needs a writing transaction. Eight statements."""
    moment, due = clock.now(), piece.due
    statement = select(Enrollment).where(Enrollment.id.in_(piece.enrollment_ids)).order_by(Enrollment.id)
    enrollments = session.scalars(unscoped(statement, WHY)).all()
    weeks = weeks_of(situations_of(enrollments), due.monday, due.monday)
    outcomes = {one.id: judge(due.rung, standing(weeks[one.id, due.monday], moment)) for one in enrollments}
    new = _keep(due, outcomes, moment)
    reminded = [weeks[number, due.monday] for number in new if outcomes[number] is Outcome.REMINDED]
    notify_many(LETTERS[due.rung], [_letter(week, due) for week in reminded])
    if due.rung is Rung.WEDNESDAY:
        _tell_coordinators(piece.cohort, due, Counter(week.situation.site_id for week in reminded))
    return len(reminded)


def _keep(due: Due, outcomes: Mapping[int, Outcome], moment: datetime) -> list[int]:
    """Which of the students were not judged before; they are from now on."""
    rows = [
        {
            "enrollment_id": number,
            "monday": due.monday,
            "rung": due.rung,
            "outcome": outcome,
            "due_at": due.at,
            "judged_at": moment,
        }
        for number, outcome in outcomes.items()
    ]
    if not rows:
        return []
    inserted = insert_once(Reminder, "enrollment_id", "monday", "rung").values(rows).returning(Reminder.enrollment_id)
    return sorted(session.scalars(inserted))


def _letter(week: Week, due: Due) -> tuple[int, str, dict[str, Any]]:
    """To whom, under which key, and what it says; the last four are for the look that is taken before it is sent."""
    enrollment, times = week.situation.enrollment, week.times
    said = {
        "monday": week.monday,
        "logged": Span(week.minutes),
        "asked": Span(week.target.least),
        "due": times.due_at,
        "locks": times.locks_at,
        "enrollment": enrollment.public_id,
        "rung": due.rung.value,
        "until": due.until,
    }
    return enrollment.person_id, f"{enrollment.public_id}:{week.monday}:{due.rung}", said


def _tell_coordinators(cohort: Cohort, due: Due, missing: Counter[int | None]) -> None:
    """Whoever runs a site hears once a week how many of its students owe their sheet (P11)."""
    sites = [site for site in missing if site is not None]
    if not sites:
        return
    held = select(GrantRow.person_id, GrantRow.place_id).where(
        GrantRow.relation == Relation.COORDINATOR,
        GrantRow.place_id.in_(sites),
        or_(GrantRow.cohort_id.is_(None), GrantRow.cohort_id == cohort.id),
        runs_on(GrantRow, policy_day()),
    )
    path = f"/coordinator/board?cohort={cohort.public_id}&week={due.monday}"
    letters = [
        (
            person_id,
            f"{cohort.public_id}:{site_id}:{due.monday}",
            {"monday": due.monday, "count": missing[site_id], "cohort": cohort.name, "path": path},
        )
        for person_id, site_id in sorted({(row.person_id, row.place_id) for row in session.execute(held)})
    ]
    notify_many("sheets-missing", letters)


def _is_still_owed(person: Person, values: Mapping[str, Any]) -> bool:
    """Judged again when a letter leaves: quiet hours or a mail server that was down may have kept it back."""
    moment = clock.now()
    if "until" not in values:
        return True  # written by an earlier version of the product
    if moment >= values["until"]:
        return False
    wanted = select(Enrollment).where(Enrollment.public_id == values["enrollment"], Enrollment.person_id == person.id)
    enrollment = session.scalars(unscoped(wanted, WHY)).one_or_none()
    if enrollment is None:
        return False
    situation = situation_of(enrollment)
    week = weeks_of({enrollment.id: situation}, values["monday"], values["monday"])[enrollment.id, values["monday"]]
    return judge(Rung(values["rung"]), standing(week, moment)) is Outcome.REMINDED


for _template in LETTERS.values():
    still_right(_template)(_is_still_owed)
