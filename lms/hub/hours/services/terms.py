"""When a cohort's week sheets are due and lock, and whether proven ones are approved when nobody decides (H11, H22)."""

from datetime import datetime

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort, SheetTerms
from lms.hub.hours.rules.sheet import USUAL, Terms, check_terms
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.facts import known, stands
from lms.kernel.memo import forget
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import unscoped, within


def terms_of(cohort: Cohort, as_of: datetime | None = None) -> SheetTerms | None:
    """What was said last of the cohort; None: the usual times hold. One statement."""
    return session.scalars(known(within(select(SheetTerms), cohort), SheetTerms, as_of)).one_or_none()


def as_terms(row: SheetTerms | None) -> Terms:
    """As the rules read them, sound or not."""
    return Terms(row.due_weekday, row.due_minute, row.grace_days) if row else USUAL


def cohorts_locked_by_mistake() -> list[str]:
    """The names of cohorts whose times make no sense, so that nothing can be logged there; for the operator."""
    statement = select(Cohort.name, SheetTerms).join(SheetTerms, SheetTerms.cohort_id == Cohort.id)
    statement = statement.where(stands(SheetTerms)).order_by(Cohort.name)
    rows = session.execute(unscoped(statement, "the operator looks at every cohort"))
    return [name for name, row in rows if not as_terms(row).is_sound]


@command(Action.HOURS_TERMS)
def set_terms(actor: Actor, cohort: Cohort, terms: Terms, auto_approves: bool) -> SheetTerms:
    """From now on the cohort's sheets are due and lock so, weeks that are open included. Raises RuleBroken."""
    check_terms(terms)
    before = terms_of(cohort)
    if before is not None and (as_terms(before), before.auto_approves) == (terms, auto_approves):
        raise RuleBroken(N_("These are the times that hold already."))
    row = SheetTerms(
        cohort_id=cohort.id,
        due_weekday=terms.due_weekday,
        due_minute=terms.due_minute,
        grace_days=terms.grace_days,
        auto_approves=auto_approves,
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    session.flush()
    forget()
    return row
