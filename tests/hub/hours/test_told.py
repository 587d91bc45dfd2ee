"""The rules of weekly hours in words: all of them, with the values that hold for a cohort."""

import pytest

from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.rules import Target
from lms.hub.hours.rules.sheet import Terms
from lms.hub.hours.rules.told import hours_rules
from lms.hub.hours.services.terms import set_terms
from lms.kernel.db import transaction
from tests.support.web import World


@pytest.mark.one_engine
def test_every_rule_from_h1_to_h24_is_told_in_order() -> None:
    told = hours_rules(Target(600, 840), Terms(), auto_approves=False)
    assert [one.code for one in told] == [f"H{number}" for number in range(1, 25)]
    said = {one.code: str(one.sentence) for one in told}
    assert "600 min to 840 min; below 480 min it is red, above 1200 min" in said["H13"]
    assert "Nothing is approved in silence" in said["H22"]


def test_anybody_reads_the_rules_with_the_cohorts_own_times_and_the_hours_page_leads_there(world: World) -> None:
    cohort = world.one(Cohort)
    address = f"/rules/hours/{cohort.public_id}"
    assert "it is due on Wednesday at 12:00 and locks 3 days later" in world.visitor().get(address).text
    with transaction():
        set_terms(world.actor("Cleo"), cohort, Terms(4, 17 * 60, 1), True)
    text = world.visitor().get(address).text
    assert "it is due on Friday at 17:00 and locks 1 days later" in text
    assert "labelled as automatic" in text
    assert address in world.browser_of("Ada").get("/student/hours").text
    assert world.visitor().get("/rules/hours/aaaaaaaaaaaaaaaaaaaa").status_code == 404
