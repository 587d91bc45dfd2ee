"""The rules of weekly hours, for everybody to read, with the values of one cohort."""

from flask import Response
from sqlalchemy import select

from lms.guard import public
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.rules import Target
from lms.hub.hours.rules.told import hours_rules
from lms.hub.hours.services.terms import as_terms, terms_of
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.people.scope import unscoped
from lms.web.pages import page
from lms.web.public import bp

WHY = "the rules of hours are of nobody; anyone may read them"


@bp.get("/rules/hours/<public_id:cohort_id>")
@public(WHY)
def rules_of_hours(cohort_id: str) -> Response:
    statement = select(Cohort).where(Cohort.public_id == cohort_id, Cohort.taken_back_at.is_(None))
    cohort = session.scalars(unscoped(statement, WHY)).one_or_none()
    if cohort is None:
        raise NotFound()
    row = terms_of(cohort)
    band = Target(cohort.target_min_minutes, cohort.target_max_minutes)
    rules = hours_rules(band, as_terms(row), auto_approves=bool(row and row.auto_approves))
    return page("public/hours_rules.html", cohort=cohort, rules=rules)
