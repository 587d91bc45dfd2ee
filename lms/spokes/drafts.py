"""Drafts of who gets which spoke at a site, as a coordinator compares and changes them and as a student reads one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import Member, roster
from lms.hub.enrollment.rules import STUDYING
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.kernel.prose import prose_of
from lms.kernel.text import Sentence
from lms.people.access import Action, Actor
from lms.people.orgs.models import Firm, Site
from lms.people.scope import scoped, unscoped, within
from lms.spokes.assignment import Given, Outcome, Passed, Seeker, explain, lot_of, outcome
from lms.spokes.models import SpokeNeed, SpokePlace, SpokePublication, SpokeRun
from lms.spokes.queries import Choice, choices_of, list_spokes, offers, taken
from lms.spokes.rules import Decision


@dataclass(frozen=True, slots=True)
class Waiting:
    """A student at the site who has no spoke yet. choice None: nothing ranked."""

    member: Member
    choice: Choice | None


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One student of a draft. is_stale: another ranking came since, so that the draft must be made anew."""

    place: SpokePlace
    member: Member
    course: Course | None
    ranked: tuple[Course, ...]
    is_stale: bool
    why: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A run with its numbers. seats: by the course's row number."""

    run: SpokeRun
    label: str
    outcome: Outcome
    is_published: bool

    @property
    def seats(self) -> dict[int, int]:
        return dict(self.run.seats)


def waiting_at(actor: Actor, cohort: Cohort, site: Site, day: date) -> list[Waiting]:
    """The students of a site who study and have no spoke, by name. A fixed number of queries."""
    people = [
        m
        for m in roster(actor, cohort, day, Action.SPOKE_DECIDE)
        if m.status in STUDYING and m.site is not None and m.site.id == site.id
    ]
    choices = choices_of(cohort, [member.enrollment for member in people])
    lines = [Waiting(member, choices.get(member.enrollment.id)) for member in people]
    return [line for line in lines if not _has_spoke(line.choice)]


def _has_spoke(choice: Choice | None) -> bool:
    return choice is not None and choice.decision is not None and choice.decision.decision is Decision.APPROVED


def free_seats(cohort: Cohort, site: Site, seats: Mapping[int, int], day: date) -> dict[int, int]:
    """Of `seats` those that nobody holds, by the course's row number. Three queries."""
    held = taken(cohort, day)
    return {number: max(count - held.get((site.id, number), 0), 0) for number, count in seats.items()}


def seats_of(cohort: Cohort, site: Site) -> dict[int, int]:
    """The seats that are offered at a site now, 0 for a spoke that is not, by the course's row number. Two queries."""
    here = offers(cohort)
    found = {course.id: here.get((site.id, course.id)) for course in list_spokes(cohort)}
    return {number: row.seats if row else 0 for number, row in found.items()}


def seekers_of(cohort: Cohort, lines: Sequence[Waiting]) -> list[Seeker]:
    """As the assignment reads those who have ranked. draw: the same for every draft of a cohort. Two queries."""
    needs = needs_of_firms({line.member.firm.id for line in lines if line.member.firm})
    codes = {course.code: course.id for course in list_spokes(cohort)}
    return [
        Seeker(
            student=line.member.enrollment.id,
            ranking=tuple(course.id for course in line.choice.ranked),
            needed=frozenset(
                codes[code] for code in needs.get(line.member.firm.id if line.member.firm else 0, ()) if code in codes
            ),
            lot=lot_of(cohort.public_id, line.member.enrollment.public_id),
        )
        for line in lines
        if line.choice is not None and line.choice.ranked
    ]


def needs_of_firms(firm_ids: set[int]) -> dict[int, list[str]]:
    """The codes of the spokes that firms need, by the firm's row number. One query."""
    statement = select(SpokeNeed).where(SpokeNeed.firm_id.in_(firm_ids), stands(SpokeNeed), ~SpokeNeed.is_lifted)
    found: dict[int, list[str]] = defaultdict(list)
    for row in session.scalars(unscoped(statement, "what firms need of those who are placed by the office")):
        found[row.firm_id].append(row.spoke)
    return found


def needs_of(firm: Firm) -> dict[str, SpokeNeed]:
    """The spokes that a firm which was found says it needs, by code. One query."""
    rows = session.scalars(within(select(SpokeNeed).where(stands(SpokeNeed)), firm))
    return {row.spoke: row for row in rows}


def find_run(actor: Actor, public_id: str) -> tuple[SpokeRun, Cohort, Site]:
    """One draft with its cohort and site. Raises NotFound. One query."""
    statement = (
        select(SpokeRun, Cohort, Site)
        .join(Cohort, Cohort.id == SpokeRun.cohort_id)
        .join(Site, Site.id == SpokeRun.site_id)
        .where(SpokeRun.public_id == public_id)
    )
    found = session.execute(scoped(statement, actor, Action.SPOKE_DECIDE, on=SpokeRun)).one_or_none()
    if found is None:
        raise NotFound()
    run, cohort, site = found
    return run, cohort, site


def drafts_of(cohort: Cohort, site: Site) -> list[Draft]:
    """Every draft of a site that was found, the newest first. Four queries, however many."""
    statement = select(SpokeRun).where(SpokeRun.cohort_id == cohort.id).order_by(SpokeRun.id.desc())
    runs = session.scalars(within(statement, site)).all()
    return drafts_from(runs)


def drafts_from(runs: Sequence[SpokeRun]) -> list[Draft]:
    """Runs that were found, with their numbers as they stand after changes by hand. Three queries."""
    places = select(SpokePlace).where(SpokePlace.run_id.in_([run.id for run in runs]), stands(SpokePlace))
    by_run: dict[int, list[SpokePlace]] = defaultdict(list)
    for row in session.scalars(unscoped(places, "the places of drafts that were found")):
        by_run[row.run_id].append(row)
    published = select(SpokePublication.run_id).where(SpokePublication.run_id.in_([run.id for run in runs]))
    out = set(session.scalars(unscoped(published, "which of the drafts that were found were published")))
    labels = prose_of(runs, "label")
    return [
        Draft(
            run=run,
            label=labels.get(run.public_id, ""),
            outcome=outcome([given_of(row) for row in by_run[run.id] if row.spoke_choice_id], run.cost),
            is_published=run.id in out,
        )
        for run in runs
    ]


def given_of(row: SpokePlace) -> Given:
    """As the rules read it."""
    passed = tuple(Passed(*one) for one in row.passed)
    return Given(row.enrollment_id, row.course_id, row.rank, row.is_needed, passed)


def lines_of_draft(actor: Actor, run: SpokeRun, cohort: Cohort, day: date) -> list[DraftLine]:
    """Every student of a draft whom `actor` decides on, by name. A fixed number of queries."""
    people = {m.enrollment.id: m for m in roster(actor, cohort, day, Action.SPOKE_DECIDE)}
    enrollments = [member.enrollment for member in people.values()]
    choices = choices_of(cohort, enrollments)
    rows = select(SpokePlace).where(SpokePlace.run_id == run.id, stands(SpokePlace))
    places = {row.enrollment_id: row for row in session.scalars(within(rows, enrollments))}
    courses = {course.id: course for course in list_spokes(cohort)}
    names = {number: course.name for number, course in courses.items()}
    return [
        DraftLine(
            place=places[number],
            member=member,
            course=courses.get(places[number].course_id or 0),
            ranked=choices[number].ranked if number in choices else (),
            is_stale=number in choices and choices[number].fact.id != places[number].spoke_choice_id,
            why=tuple(explain(given_of(places[number]), names, is_manual=places[number].is_manual)),
        )
        for number, member in people.items()
        if number in places
    ]


def published_place(cohort: Cohort, enrollment: Enrollment) -> tuple[Sentence, ...]:
    """Why a student who was found got their spoke by a published draft; empty if it was given singly. Two queries."""
    statement = (
        select(SpokePlace)
        .join(SpokePublication, SpokePublication.run_id == SpokePlace.run_id)
        .where(stands(SpokePlace))
        .order_by(SpokePlace.id.desc())
    )
    row = session.scalars(within(statement, enrollment)).first()
    if row is None or row.course_id is None:
        return ()
    names = {course.id: course.name for course in list_spokes(cohort)}
    return tuple(explain(given_of(row), names, is_manual=row.is_manual))
