"""Opening a cohort from a published version, its sections, its breaks."""

from datetime import date

from sqlalchemy import select

from lms.hub.catalog.models import ProgramVersion
from lms.hub.catalog.policy import Policy
from lms.hub.cohorts.models import Break, BreakKind, Cohort, CohortWeek, Section
from lms.hub.cohorts.queries import list_sections
from lms.hub.cohorts.rules import check_calendar, last_day, weeks_from
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import monday_of
from lms.people.access import Action, Actor, Anchor, require
from lms.people.anchors import forget_anchors
from lms.people.commands import command
from lms.people.orgs.models import Site
from lms.people.scope import unscoped


@command(Action.COHORT_CREATE)
def open_cohort(
    actor: Actor, version: ProgramVersion, name: str, starts_on: date, zone: str, ends_on: date | None = None
) -> Cohort:
    """A cohort that lives `version` from `starts_on`, with its weeks. The band is the version's.

    ends_on: the Sunday of the last week unless an earlier day is named. Raises RuleBroken for a draft.
    """
    ends_on = ends_on or last_day(starts_on, version.weeks)
    check_opening(version, name, starts_on, ends_on)
    return new_cohort(version, name, starts_on, ends_on, zone)


def check_opening(version: ProgramVersion, name: str, starts_on: date, ends_on: date) -> None:
    """Raises RuleBroken unless a cohort of this name and these days can be opened from `version`."""
    if version.published_at is None:
        raise RuleBroken(N_("Publish version %(number)s first; a cohort keeps its version."), number=version.number)
    if not name.strip():
        raise RuleBroken(N_("Give the cohort a name."), field="name")
    same = select(Cohort.id).where(Cohort.name == name.strip())
    if session.scalar(unscoped(same, "names of cohorts are unique")):
        raise RuleBroken(N_("There is a cohort called %(name)s already."), field="name", name=name.strip())
    check_calendar(starts_on, ends_on, monday_of(starts_on))


def new_cohort(
    version: ProgramVersion, name: str, starts_on: date, ends_on: date, zone: str, funders: str = ""
) -> Cohort:
    """The bare rows of a cohort and its weeks, for commands that have checked them."""
    policy = Policy.of(version.policy)
    cohort = Cohort(
        program_id=version.program_id,
        program_version_id=version.id,
        name=name.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        week_one_monday=monday_of(starts_on),
        zone=zone,
        target_min_minutes=policy.week_min_minutes,
        target_max_minutes=policy.week_max_minutes,
        funders=funders.strip(),
    )
    session.add(cohort)
    session.flush()
    weeks = weeks_from(starts_on, version.weeks)
    session.add_all(CohortWeek(cohort_id=cohort.id, number=week.number, monday=week.monday) for week in weeks)
    return cohort


@command(Action.SECTION_MANAGE)
def open_section(actor: Actor, cohort: Cohort, site: Site, name: str) -> Section:
    """A section of `cohort` at `site`. Raises RuleBroken for a name in use there."""
    place = Anchor(seats=frozenset({(site.id, cohort.id)}), programs=frozenset({cohort.program_id}))
    require(actor, Action.SECTION_MANAGE, place)
    if not name.strip():
        raise RuleBroken(N_("Give the section a name."), field="name")
    if any(section.name == name.strip() for section in list_sections(cohort)):
        raise RuleBroken(N_("There is a section called %(name)s in this cohort."), field="name", name=name.strip())
    section = Section(cohort_id=cohort.id, site_id=site.id, name=name.strip())
    session.add(section)
    session.flush()
    forget_anchors()
    return section


@command(Action.COHORT_MANAGE)
def add_break(
    actor: Actor, cohort: Cohort, kind: BreakKind, from_day: date, to_day: date, site: Site | None = None
) -> Break:
    """Days without teaching, first and last included. site: only there. They lower what is expected, nothing else."""
    check_break(cohort, from_day, to_day)
    row = Break(cohort_id=cohort.id, site_id=site.id if site else None, kind=kind, from_day=from_day, to_day=to_day)
    session.add(row)
    session.flush()
    forget_anchors()
    return row


def check_break(cohort: Cohort, from_day: date, to_day: date) -> None:
    """Raises RuleBroken unless the days lie in the cohort, in their order."""
    if to_day < from_day:
        raise RuleBroken(N_("The last day is before the first. Check both."), field="to_day")
    if from_day < cohort.week_one_monday or to_day > cohort.ends_on:
        message = N_("The cohort runs from %(first)s to %(last)s; the days lie outside.")
        raise RuleBroken(message, field="from_day", first=cohort.starts_on, last=cohort.ends_on)
