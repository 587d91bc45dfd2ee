"""The employer's view of an employee and of its people: each field with the student's consent, each look logged."""

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from lms.capstone.pace import Pace, WeekDone, average, counted, explain_average, pace_of
from lms.capstone.plans.services import add_milestone
from lms.kernel.db import transaction
from lms.people.consent.models import Disclosure, Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.people.orgs.models import Firm
from tests.capstone.stage import lines, live, verified
from tests.support.web import NOW

pytestmark = pytest.mark.one_engine

WEEKS = st.lists(st.builds(WeekDone, st.just(date(2026, 10, 5)), st.integers(0, 3000), st.sampled_from([0, 300, 600])))


@given(WEEKS)
def test_pace_is_judged_over_the_last_six_weeks_together_and_its_steps_give_the_average(weeks):
    last = counted(weeks)
    done, asked = sum(week.minutes for week in last), sum(week.least for week in last)
    assert len(last) <= 6
    assert (pace_of(weeks) is Pace.NONE) == (not last)
    assert (pace_of(weeks) is Pace.ON) == (bool(last) and done >= asked)
    assert (pace_of(weeks) is Pace.BEHIND) == (bool(last) and 5 * done < 4 * asked)
    why = explain_average(weeks)
    assert why.steps[-1].value == why.value
    assert why.value.minutes == average(weeks)
    if last:
        assert abs(average(weeks) * len(last) - sum(step.value.minutes for step in why.steps[:-1])) * 2 <= len(last)


def figure(page, name):
    return page.split(f"<dt>{name}</dt>", 1)[1].split("</dd>", 1)[0]


def test_each_field_needs_its_own_consent_and_each_look_is_logged(world):
    project = live(world)
    verified(world, project, lines(world, project)[0])
    with transaction():
        add_milestone(world.actor("Ada"), project, "Fixtures built", date(2026, 11, 20))
    ada, acme, dee = world.enrollment("Ada"), world.one(Firm, name="Acme"), world.browser_of("Dee")
    address = f"/employer/employees/{ada.public_id}"
    page = dee.get(address).text
    for name in ("Pace", "Hours a week, last weeks", "Paid by the firm, last 8 weeks", "Next review"):
        assert "no consent" in figure(page, name), name
    assert "Fixtures built" not in page
    assert world.all(Disclosure) == []
    shows = {
        RecordType.PAID_HOURS: ["Paid by the firm, last 8 weeks"],
        RecordType.HOURS: ["Hours a week, last weeks", "Paid by the firm, last 8 weeks"],
        RecordType.PROGRESS: ["Pace", "Hours a week, last weeks", "Paid by the firm, last 8 weeks", "Next review"],
    }
    for logged, (record_type, names) in enumerate(shows.items(), 1):
        with transaction():
            sign_consent(world.actor("Ada"), ada, acme, [record_type], Purpose.SPONSORSHIP)
        before = len(world.all(Disclosure))
        page = dee.get(address).text
        assert len(world.all(Disclosure)) - before == logged
        for name in names:
            assert "no consent" not in figure(page, name), (record_type, name)
    assert "Fixtures built" in page
    with time_machine.travel(NOW + timedelta(weeks=20), tick=False):  # nobody has held one by then
        later = world.browser_of("Dee")
        for path in (address, "/employer/employees"):
            shown = later.get(path).text
            assert "Review was due" in shown
            assert "Next review" not in shown
    row = dee.get("/employer/employees").text
    assert "0 of 1" in row
    assert "$12,000.00" in row
    for name in ("Paid, last 8 weeks", "Share of verified savings"):
        assert "Why?" in figure(row, name), name
    assert "together" in figure(page, "Paid by the firm, last 8 weeks")
    assert "Wages in the ledger" not in page  # of finance alone
    assert "Fixtures built" not in world.browser_of("Fay").get("/employer/employees").text
    assert world.browser_of("Fay").get(address).status_code == 404


def test_enrollments_by_status_foot_to_the_portfolio_and_claims_show_their_age_by_level(world):
    project = live(world)
    verified(world, project, lines(world, project)[0])
    dee = world.browser_of("Dee")
    page = dee.get("/employer/savings").text
    table = page.split('id="statuses"', 1)[1].split("</table>", 1)[0]
    assert table.count("$12,000.00") == 2  # active, and together
    ages = dee.get("/employer/savings/charts").text.split('id="ages"', 1)[1].split("</section>", 1)[0]
    assert "$12,000.00 (1)" in ages.split("V2 verified by finance", 1)[1]
    assert "Why?" in ages
