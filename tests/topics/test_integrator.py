"""A region's integrator: appointed by the program, sees counts that point at nobody, speaks for the region's firms."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.calendar.queries.regions import view_of
from lms.hub.catalog.models import Program
from lms.hub.roster.services.integrators import appoint_integrator, dismiss_integrator
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.kernel.smallcells import SMALLEST, shown
from lms.people.access import Relation
from lms.people.accounts.models import Invitation
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm, Region
from lms.people.orgs.services import change_region, states_of
from lms.topics.models import RegionVoice, Topic
from lms.topics.queries import topic_lines
from lms.topics.services import endorse_for_region, endorse_topic, propose_for_region, withdraw_for_region
from tests.api.support import caller
from tests.support.regions import SINCE, open_regions, region_of
from tests.support.statements import count_statements
from tests.support.web import World, words

REASON = "Three of our firms bought the same cell."


@given(st.lists(st.integers(0, 40), max_size=8))
def test_a_hidden_count_does_not_come_out_by_subtraction(counts: list[int]) -> None:
    cells = shown(counts)
    assert all(told is None or told == count for told, count in zip(cells.counts, counts, strict=True))
    assert not any(told is not None and 0 < told < SMALLEST for told in cells.counts)
    hidden = [count for told, count in zip(cells.counts, counts, strict=True) if told is None]
    if cells.total is not None and hidden:
        assert cells.total == sum(counts)
        assert len(hidden) > 1
        assert sum(hidden) >= SMALLEST


def test_enough_people_are_counted_and_few_are_not() -> None:
    assert shown([12, 30, 0]).counts == (12, 30, 0)
    assert shown([12, 30, 0]).total == 42
    assert shown([3, 30, 9]).counts == (None, 30, None)  # 9 too, or 3 would be 42 - 39
    assert shown([3, 30, 9]).total == 42
    assert shown([3]).total is None


def test_an_integrator_lands_on_the_region_and_sees_nobody_by_name(world: World) -> None:
    open_regions(world)
    wim = world.browser_of("Wim")
    assert wim.get("/").location == "/integrator/"
    home = wim.get("/integrator/").text
    assert "Bay" in words(home)
    assert "Lowell" in home
    assert "Providence" not in home
    assert not [name for name in ("Ada", "Zoe", "Ben", "Cleo", "Acme", "Bolt") if name in home]
    assert "under 5" in home  # two students study there
    rows = wim.get("/integrator/region.csv").text.splitlines()
    assert rows[0].lstrip("\ufeff").startswith("state,city,site")
    assert rows[1].endswith(",1,,,0,0,")
    ocean = region_of(world, "Ocean").public_id
    assert wim.get(f"/integrator/?region={ocean}").status_code == 404
    assert wim.post(f"/integrator/topics?region={ocean}").status_code == 404


def test_counts_are_those_of_the_first_of_the_month_in_a_fixed_number_of_queries(world: World) -> None:
    open_regions(world)
    with transaction(write=False):
        region = region_of(world, "Bay")
        with count_statements() as counted:
            view = view_of(region)
    assert counted.count == 5
    assert view.day == date(2026, 10, 1)
    assert [line.site.name for line in view.sites] == ["Lowell"]
    assert view.sites[0].counts == {"students": None, "active": None, "completed": 0, "left": 0, "firms": None}
    with transaction():
        change_region(world.actor("Gus"), region, "All", "Network", [], is_network=True)
    with transaction(write=False):
        assert [line.site.name for line in view_of(region_of(world, "All")).sites] == ["Lowell", "Providence"]


def test_an_integrator_proposes_endorses_and_takes_it_back(world: World) -> None:
    open_regions(world)
    bay, ocean = region_of(world, "Bay"), region_of(world, "Ocean")
    wim, una = world.actor("Wim"), world.actor("Una")
    with transaction():
        topic = propose_for_region(wim, bay, world.one(Program), "Cobot safety", REASON, "ROB")
    with pytest.raises(RuleBroken, match="proposed this topic"), transaction():
        endorse_for_region(wim, bay, topic)
    with transaction():
        endorse_for_region(una, ocean, topic)
    with transaction():
        endorse_topic(world.actor("Dee"), world.one(Firm, name="Acme"), topic)
    assert _demand(world) == 3
    with pytest.raises(RuleBroken, match="endorsed this topic already"), transaction():
        endorse_for_region(una, ocean, topic)
    with transaction():
        withdraw_for_region(una, ocean, topic)
    assert _demand(world) == 2
    with transaction():
        endorse_for_region(una, ocean, topic)
    assert _demand(world) == 3
    with pytest.raises(NotAllowed), transaction():
        endorse_for_region(wim, ocean, topic)
    with pytest.raises(RuleBroken, match="has not endorsed"), transaction():
        withdraw_for_region(wim, bay, topic)
    assert len(world.all(RegionVoice)) == 4
    assert len(world.all(AuditEntry, action="topic:propose")) == 5


def _demand(world: World) -> int:
    with transaction(write=False):
        return topic_lines([world.one(Program).id])[0].demand


def test_the_page_says_what_is_wrong_and_the_others_read_who_spoke(world: World) -> None:
    open_regions(world)
    wim, program = world.browser_of("Wim"), world.one(Program).public_id
    refused = wim.post("/integrator/topics", data={"course": f"{program}/ROB", "title": "", "reason": "no"})
    assert refused.status_code == 422
    assert "Give the topic a short title." in refused.text
    sent = {"course": f"{program}/ROB", "title": "Cobot safety", "reason": REASON}
    assert wim.post("/integrator/topics", data=sent).status_code == 303
    topic = world.one(Topic)
    assert "proposed by you" in wim.get("/integrator/topics").text
    assert "proposed by a region" in world.browser_of("Dee").get("/employer/topics").text
    una = world.browser_of("Una")
    assert una.post(f"/integrator/topics/{topic.public_id}/endorsements").status_code == 303
    assert "Bay" in (page := words(world.browser_of("Gus").get("/admin/topics")))
    assert "Ocean (region)" in page
    assert una.post(f"/integrator/topics/{topic.public_id}/withdrawal").status_code == 303


def test_the_api_speaks_for_a_firm_or_a_region_and_not_for_somebody_elses(world: World) -> None:
    open_regions(world)
    wim, dee = caller(world, "Wim"), caller(world, "Dee")
    bay, ocean, acme = region_of(world, "Bay"), region_of(world, "Ocean"), world.one(Firm, name="Acme")
    said = {"program": "sample", "course": "ROB", "title": "Cobot safety", "reason": REASON}
    made = wim.post("/topics", json={**said, "region": bay.public_id})
    assert (made.status_code, made.json["demand"]) == (201, 1)
    path = f"/topics/{made.json['id']}"
    assert dee.post(f"{path}/endorsements", json={"firm": acme.public_id}).json["demand"] == 2
    assert dee.post(f"{path}/withdrawals", json={"firm": acme.public_id}).json["demand"] == 1
    assert wim.post("/topics", json={**said, "region": ocean.public_id}).status_code == 404
    assert wim.post(f"{path}/endorsements", json={"firm": acme.public_id}).status_code == 404
    assert wim.post("/topics", json=said).status_code == 422
    assert wim.post("/topics", json={**said, "program": "none", "region": bay.public_id}).status_code == 422
    assert wim.get(f"/regions/{bay.public_id}").json["sites"][0]["active"] is None
    assert wim.get(f"/regions/{ocean.public_id}").status_code == 404
    assert [step["value"] for step in wim.get(f"{path}/explain").json["steps"]] == [0, 1, 0, 0, 1]


def test_the_program_appoints_by_mail_and_dismisses(world: World) -> None:
    open_regions(world)
    gus, bay = world.browser_of("Gus"), region_of(world, "Bay")
    form = {"name": "Kim", "email": "kim@example.org", "from_day": "2026-10-01", "to_day": ""}
    assert gus.post(f"/admin/regions/{bay.public_id}/integrators", data=form).status_code == 303
    assert len(world.all(Invitation, purpose="invite")) == 1
    assert len(world.all(OutboxMessage)) >= 1
    again = gus.post(f"/admin/regions/{bay.public_id}/integrators", data=form)
    assert "looks after the region already" in again.text
    assert "Kim" in words(gus.get(f"/admin/regions/{bay.public_id}"))
    grant = world.all(GrantRow, relation=Relation.INTEGRATOR)[0]
    assert gus.post(f"/admin/regions/{bay.public_id}/integrators/{grant.public_id}/end").status_code == 303
    assert world.browser_of("Wim").get("/integrator/").status_code == 403
    session.expunge_all()
    with pytest.raises(NotFound), transaction():
        dismiss_integrator(world.actor("Gus"), bay, grant.public_id)
    with pytest.raises(NotAllowed), transaction():
        appoint_integrator(world.actor("Cleo"), bay, "Kim", "kim@example.org", SINCE)


def test_a_region_is_opened_and_changed_with_all_faults_at_once(world: World) -> None:
    gus = world.browser_of("Gus")
    refused = gus.post("/admin/regions/new", data={"name": "Bay", "integrator": "BMP", "states": ""})
    assert "Name at least one state" in refused.text
    assert (
        gus.post("/admin/regions/new", data={"name": "Bay", "integrator": "BMP", "states": "ma, ri"}).status_code == 303
    )
    region = world.one(Region)
    with transaction(write=False):
        assert states_of(region) == ["MA", "RI"]
    edit = f"/admin/regions/{region.public_id}"
    assert gus.post(edit, data={"name": "Bay", "integrator": "BMP", "states": "MA"}).status_code == 303
    with transaction(write=False):
        assert states_of(region) == ["MA"]
    twice = gus.post("/admin/regions/new", data={"name": "Bay", "integrator": "BMP", "states": "MA", "is_network": "y"})
    assert "called Bay already" in twice.text
    assert "Leave the list empty" in twice.text
    assert "Bay" in words(gus.get("/admin/regions"))
