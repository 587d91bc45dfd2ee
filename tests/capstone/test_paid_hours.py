"""Wages from approved hours, as far as the student's consent holds; else from the firm's own count."""

from datetime import date
from uuid import uuid4

import pytest

from lms.capstone.lines.services import count_hours, set_rate
from lms.capstone.projects.models import WageSource
from lms.capstone.projects.services import Terms, charter, propose
from lms.capstone.savings.models import SavingsEntry
from lms.capstone.savings.rules.kinds import Reason
from lms.capstone.savings.services.amending import reverse
from lms.capstone.savings.services.costs import HoursFrom, post_wages
from lms.hub.catalog.kinds import Kind
from lms.hub.hours.models import SheetPart
from lms.hub.hours.services.decisions import approve_part
from lms.hub.hours.services.entries import Hours, log_hours
from lms.hub.hours.services.sheets import submit_sheet
from lms.kernel.db import transaction
from lms.people.consent.models import Consent, Purpose, RecordType
from lms.people.consent.services import revoke_consent, sign_consent
from lms.people.orgs.models import Firm

LAST_WEEK, SUNDAY = date(2026, 10, 19), date(2026, 10, 25)


@pytest.fixture
def project(world):
    ada, acme = world.enrollment("Ada"), world.one(Firm, name="Acme")
    with transaction():
        project = propose(world.actor("Ada"), ada, "Quick-change fixtures", "")
        sign_consent(world.actor("Ada"), ada, acme, [RecordType.PAID_HOURS], Purpose.PROGRAM_COST)
    with transaction():
        terms = Terms(world.person("Ben"), world.person("Finn"), wage_source=WageSource.CONSENT)
        charter(world.actor("Dee"), project, terms)
        set_rate(world.actor("Finn"), acme, 4537, date(2026, 1, 1))
    return project


def log(world, minutes, paid):
    with transaction():
        hours = Hours(
            day=LAST_WEEK,
            minutes=minutes,
            kind=Kind.SELF_STUDY,
            paid_by_firm=paid,
            comment=f"Read about process capability, {minutes} min",
        )
        log_hours(world.actor("Ada"), world.enrollment("Ada"), hours, str(uuid4()))


def submit(world):
    with transaction():
        submit_sheet(world.actor("Ada"), world.enrollment("Ada"), LAST_WEEK)


def approve(world):
    with transaction():
        for part in world.all(SheetPart):
            approve_part(world.actor("Ben"), part, note="as logged")


def post(world, project):
    with transaction():
        return post_wages(world.actor("Finn"), project, SUNDAY)


def test_only_approved_minutes_that_the_firm_pays_are_posted(world, project):
    log(world, 390, paid=True)
    log(world, 60, paid=False)
    submit(world)
    assert post(world, project) is None
    approve(world)
    wages = post(world, project)
    assert wages.reason == HoursFrom.APPROVED_SHEETS
    (entry,) = world.all(SavingsEntry, posting_id=wages.id)
    assert (entry.amount_minor, entry.period) == (29_491, LAST_WEEK)
    assert post(world, project) is None


def test_after_revocation_posted_wages_stay_and_the_firm_counts_itself(world, project):
    log(world, 390, paid=True)
    submit(world)
    approve(world)
    wages = post(world, project)
    with transaction():
        revoke_consent(world.actor("Ada"), world.one(Consent))
    assert post(world, project) is None
    assert len(world.all(SavingsEntry)) == 1
    with transaction():
        count_hours(world.actor("Finn"), world.one(Firm, name="Acme"), world.enrollment("Ada"), date(2026, 10, 12), 60)
    counted = post(world, project)
    assert counted.reason == HoursFrom.FIRM_COUNT
    assert [entry.period for entry in world.all(SavingsEntry, posting_id=counted.id)] == [date(2026, 10, 12)]
    with transaction():
        reverse(world.actor("Finn"), wages, Reason.ENTERED_IN_ERROR, "Counted twice")
    assert post(world, project) is None  # without consent the approved hours are not read again
