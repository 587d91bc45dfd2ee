"""What the product shows of a whole cohort at one instant, as plain values that can be compared two years later.

Read through the product's own queries: with `as_of` None as it is shown now, else as of that instant.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.capstone.standings import cohort_lines, standing_of
from lms.hub.attendance.queries.rolls import rolls_of
from lms.hub.catalog.models import Course
from lms.hub.cohorts.meetings import meetings_of
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework.queries import Work, list_work_of
from lms.hub.credits.queries import credits_of, rulings_of
from lms.hub.credits.queries import requests_of as credit_requests_of
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import Member, chosen_spoke, planned_courses, roster
from lms.hub.enrollment.queries.accommodations import accommodations_of, time_factor_of
from lms.hub.enrollment.queries.leaves import requests_of
from lms.hub.enrollment.queries.outcomes import list_left, outcomes_of
from lms.hub.enrollment.queries.timeline import timeline
from lms.hub.enrollment.versions import versions_of
from lms.hub.grading.books import Line, all_lines, find_book
from lms.hub.grading.entries import Entry
from lms.hub.grading.grades import CourseGrades, feedback_on, grades_of_many
from lms.hub.hours.queries.rooms import account_of
from lms.hub.hours.queries.situation import Situation, situations_of
from lms.hub.hours.queries.weeks import Week, weeks_of
from lms.hub.migration.queries import moves_made
from lms.hub.standing.facts import Verdict
from lms.hub.standing.life import last_attendance_of, open_months
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.kernel.weeks import monday_of
from lms.people.access import Action, Actor
from lms.people.scope import day_of, unscoped
from lms.reports.hours.queries import ledgers_of
from lms.spokes.queries import choices_of

Shown = Mapping[str, Any]
Works = Mapping[int, Sequence[Work]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: those who were there then, one of them closely, and some gradebooks (section, course).

    turn: which of the lesser subjects; the figures that everybody lives by are looked at every time.
    """

    cohorts: tuple[Cohort, ...]
    enrollments: tuple[Enrollment, ...]
    closely: Enrollment
    books: tuple[tuple[str, str], ...]
    turn: int


def shown(actor: Actor, asked: Asked, as_of: datetime | None = None) -> Shown:
    """Everything of `asked`, by subject; inside a transaction."""
    everybody = list(asked.enrollments)
    works = list_work_of(everybody, as_of)
    found: dict[str, Any] = {
        "version": versions_of(everybody, as_of),
        "plan": {number: _plan(courses) for number, courses in planned_courses(everybody, as_of).items()},
        "work": {number: [_work(work, as_of or now()) for work in mine] for number, mine in works.items()},
        "grades": _grades(grades_of_many(works, as_of)),
    }
    for cohort in asked.cohorts:
        found |= {f"{cohort.name}: {name}": value for name, value in _figures(actor, cohort, asked, as_of).items()}
    return found | TURNS[asked.turn % len(TURNS)](actor, asked, works, as_of)


def differing(before: Shown, after: Shown) -> list[str]:
    """The subjects that differ."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _figures(actor: Actor, cohort: Cohort, asked: Asked, as_of: datetime | None) -> Shown:
    mine = [enrollment for enrollment in asked.enrollments if enrollment.cohort_id == cohort.id]
    return {
        "roster": [_member(m) for m in _roster(actor, cohort, as_of)],
        "weeks": _weeks(cohort, mine, as_of),
    }


def _roster(actor: Actor, cohort: Cohort, as_of: datetime | None) -> list[Member]:
    return roster(actor, cohort, day_of(as_of or now()), Action.ENROLLMENT_READ, as_of)


def _member(m: Member) -> tuple[Any, ...]:
    spell = m.spell and (m.spell.id, m.spell.supervisor_id, m.spell.from_day, m.spell.to_day)
    return (m.enrollment.id, m.status, *(x and x.name for x in (m.section, m.site, m.firm)), spell)


def _of_teaching(actor: Actor, asked: Asked, works: Works, as_of: datetime | None) -> Shown:
    """Gradebooks, what is not released, the requirements of a cohort, sessions and attendance."""
    sections = select(Section).where(Section.cohort_id.in_([cohort.id for cohort in asked.cohorts]))
    found = session.scalars(unscoped(sections, "test")).all()
    return {
        "books": {name: _book(actor, *name, as_of) for name in asked.books},
        "unreleased": _grades(grades_of_many(works, as_of, released_only=False)),
        "requirements": [
            (line.member.enrollment.id, line.member.status, _verdict(line.standing.verdict))
            for line in cohort_lines(actor, asked.cohorts[-1], as_of)
        ],
        "sessions": meetings_of(found, as_of=as_of),
        "attendance": {number: _roll(roll) for number, roll in rolls_of(asked.enrollments, as_of).items()},
    }


def _of_office(actor: Actor, asked: Asked, _works: Works, as_of: datetime | None) -> Shown:
    """Credits and rulings, calendars, spokes, reports, and who left and how it ended."""
    cohort, everybody = asked.cohorts[-1], asked.enrollments
    mine = [enrollment for enrollment in everybody if enrollment.cohort_id == cohort.id]
    spokes = choices_of(cohort, mine, as_of)
    people = [(m.enrollment, m.person) for m in _roster(actor, cohort, as_of)]
    left = list_left(actor, cohort, day_of(as_of or now()), as_of)
    return {
        "credits": credits_of(everybody, as_of),
        "rulings": dict(rulings_of(everybody, as_of)),
        "calendar": {n: _situation(place) for n, place in situations_of(everybody, as_of).items()},
        "spokes": {n: ([c.code for c in s.ranked], s.given and s.given.code, s.reason) for n, s in spokes.items()},
        "reports": ledgers_of(people, cohort, as_of),
        "outcomes": outcomes_of(actor, asked.cohorts[0], as_of),
        "left": [(one.member.enrollment.id, one.change.id) for one in left],
    }


def _closely(_actor: Actor, asked: Asked, every: Works, as_of: datetime | None) -> Shown:
    """One student's own pages."""
    one, works = asked.closely, every[asked.closely.id]
    standing = standing_of(one, as_of)
    account = account_of(one, as_of)
    day = day_of(as_of or now())
    given = [(a.id, a.time_factor_bp, a.extra_days, a.from_day, a.to_day) for a in accommodations_of(one, as_of)]
    return {
        "own standing": (_verdict(standing.verdict), standing.record.pace()),
        "own account": (account.today, account.logged, account.behind, account.remaining),
        "own history": [
            (e.title, e.from_day, e.to_day, e.recorded_at, e.by, e.note, e.stands, e.is_end)
            for e in timeline(one, day_of, as_of, with_private=True)
        ],
        "own requests": [(r.request.id, r.words, r.reason, r.is_waiting) for r in requests_of(one, as_of)],
        "own credits": [(r.row.id, r.words, r.outcome, r.reason) for r in credit_requests_of(one, as_of)],
        "own moves": [(move.version.number, move.pin.from_day, move.reason) for move in moves_made(one, as_of)],
        "own accommodations": (given, time_factor_of(one, day, as_of)),
        "own last day": last_attendance_of(one, as_of),
        "own open months": open_months(one, day, as_of),
        "own feedback": [
            (work.activity.code, [(f.score.public_id, f.released_at, f.comments, f.reason) for f in found])
            for work in works[:3]
            for found in [feedback_on(one, work.activity, as_of)]
        ],
    }


def _weeks(cohort: Cohort, mine: Sequence[Enrollment], as_of: datetime | None) -> dict[Any, Any]:
    if not mine:
        return {}
    found = weeks_of(situations_of(mine, as_of), cohort.week_one_monday, monday_of(cohort.ends_on), as_of)
    return {key: _week(week) for key, week in found.items()}


def _week(week: Week) -> tuple[Any, ...]:
    what = (week.target, week.minutes, week.approved_minutes, week.band, week.zero_reason)
    if not week.everything and not week.events:
        return what
    return (*what, dict(week.sheet.parts), week.verdict, week.totals, week.explain_approved())


def _situation(place: Situation) -> tuple[Any, ...]:
    def dated(spans: Iterable[Any]) -> list[Any]:
        return sorted(((s.from_day, s.to_day, str(s.fact)) for s in spans), key=str)

    spells = sorted((s.id, s.from_day, s.to_day, s.has_supervisor) for s in place.spells if s.stands)
    span = (place.first, place.last, place.offset, place.zone, place.site_id)
    return (*span, dated(place.breaks), dated(place.leaves), spells)


def _plan(courses: Sequence[Course]) -> tuple[Any, ...]:
    spoke = chosen_spoke(courses)
    return [(course.code, course.program_version_id) for course in courses], spoke and spoke.code


def _work(work: Work, at: datetime) -> tuple[Any, ...]:
    due = (work.due, work.dates.section, work.dates.extension, work.closes_at)
    return (work.activity.public_id, work.section_id, work.zone, *due, work.progress(at), work.submissions)


def _grades(found: Mapping[int, Sequence[CourseGrades]]) -> Any:
    return {
        number: [(one.course.id, one.grade, [_entry(entry) for entry in one.entries], one.explain()) for one in courses]
        for number, courses in found.items()
    }


def _entry(entry: Entry) -> tuple[Any, ...]:
    return (entry.activity.code, entry.cell, entry.score, entry.submission_id, entry.due_at)


def _book(actor: Actor, section: str, course: str, as_of: datetime | None) -> list[Any]:
    lines: Iterable[Line] = all_lines(find_book(actor, section, course, as_of))
    return [(line.student, line.grade, [_entry(entry) for entry in line.entries]) for line in lines]


def _roll(roll: Any) -> tuple[Any, ...]:
    lines = [(line.meeting.id, line.meeting.day, line.meeting.planned, line.is_placed) for line in roll.lines]
    return lines, roll.planned


def _verdict(verdict: Verdict | None) -> Any:
    if verdict is None:
        return None
    parts = [_verdict(part) for part in verdict.parts]
    return (verdict.need, verdict.state, verdict.how, verdict.reason, verdict.facts, parts)


TURNS = (_closely, _of_teaching, _of_office)
