"""Somebody decides in another's place, from day to day (D16, H20), on both engines."""

from datetime import date, timedelta

import pytest

from lms.hub.cohorts.models import Section
from lms.hub.hours.models import Seen, SheetEvent, WeekSheet
from lms.hub.hours.models.deciding import Delegation
from lms.hub.hours.queries.delegations import list_delegations
from lms.hub.hours.queries.queue import queue_of
from lms.hub.hours.rules.sheet import Manner, Route, State
from lms.hub.hours.services.decisions import approve_part
from lms.hub.hours.services.delegations import delegate, end_delegation
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.people.access import Relation
from lms.people.grants.services import end_held, hold
from lms.people.orgs.models import Firm
from tests.hub.hours.weeks import NOW, at, hand_in, log_capstone, log_week, part_of
from tests.support.web import World, words

TODAY = NOW.date()
FRIDAY = TODAY + timedelta(days=2)


def give(
    world: World, to: str = "Hana", by: str = "Ben", of: str | None = None, days: tuple[date, date] = (TODAY, FRIDAY)
) -> Delegation:
    with transaction():
        lowell = world.one(Section, name="Lowell")
        return delegate(
            world.actor(by), lowell, world.person(to), *days, giver=world.person(of or by), reason="A conference"
        )


def waiting(world: World, who: str) -> list[str]:
    with transaction(write=False):
        queue = queue_of(world.actor(who))
    return sorted(one.student.name for one in (*queue.exceptions, *queue.clean))


def approve(world: World, who: str, student: str = "Ada", route: Route = Route.SECTION) -> SheetEvent:
    part = part_of(world, student, route)
    with transaction():
        return approve_part(world.actor(who), part)


def test_h20_a_delegate_sees_exactly_the_delegated_list_in_these_days_and_signs_as_a_delegate(world: World) -> None:
    for name in ("Ada", "Zoe", "Eli"):
        log_week(world, name)
        hand_in(world, name)
    assert waiting(world, "Hana") == ["Eli"]
    given = give(world)
    assert waiting(world, "Hana") == ["Ada", "Eli", "Zoe"]
    event = approve(world, "Hana")
    assert (event.manner, event.delegation_id) == (Manner.DELEGATED, given.id)
    assert approve(world, "Hana", "Eli").manner is Manner.SIGNED_IN
    with at(NOW + timedelta(days=3)):
        assert waiting(world, "Hana") == []
    assert world.one(AuditEntry, action="hours:delegate").result_id == given.public_id
    assert [one.template for one in world.all(OutboxMessage)] == ["delegation-given"]


def test_h20_a_delegation_ends_with_the_right_of_its_giver_or_when_it_is_taken_back(world: World) -> None:
    log_week(world)
    hand_in(world)
    given = give(world)
    with transaction():
        end_delegation(world.actor("Ben"), given)
    assert waiting(world, "Hana") == []
    with pytest.raises(NotAllowed):
        approve(world, "Hana")
    with pytest.raises(Conflict), transaction():
        end_delegation(world.actor("Hana"), given)
    give(world)
    assert waiting(world, "Hana") == ["Ada"]
    with transaction():
        end_held(Relation.INSTRUCTOR, world.one(Section, name="Lowell").id, TODAY - timedelta(days=1))
    assert waiting(world, "Hana") == []
    with transaction(write=False):
        history = [(one.giver.name, one.holder.name, one.state(TODAY)) for one in list_delegations(world.actor("Cleo"))]
        assert not list_delegations(world.actor("Ivo"))
    assert history == [("Ben", "Hana", "running"), ("Ben", "Hana", "ended")]


def test_h20_nobody_decides_on_the_own_hours_also_not_through_a_delegation(world: World) -> None:
    """Ben studies too: neither he nor the delegate whom he chose decides on his hours."""
    log_week(world, "Zoe")
    hand_in(world, "Zoe")
    with transaction():
        section = world.one(Section, name="Lowell")
        hold(world.person("Zoe").id, Relation.INSTRUCTOR, section.id, TODAY, None)
    give(world, "Hana", "Zoe")
    assert waiting(world, "Hana") == []
    with pytest.raises(NotAllowed):
        approve(world, "Hana", "Zoe")
    with pytest.raises(RuleBroken, match="does not study there"):
        give(world, "Ada")


@pytest.mark.parametrize(
    ("to", "days", "field"),
    [
        ("Ben", (TODAY, FRIDAY), "holder"),
        ("Dee", (TODAY, FRIDAY), "holder"),
        ("Hana", (FRIDAY, TODAY), "to_day"),
        ("Hana", (TODAY - timedelta(days=1), TODAY), "from_day"),
        ("Hana", (TODAY, TODAY + timedelta(days=400)), "to_day"),
    ],
)
def test_h20_a_delegation_that_makes_no_sense_names_the_field(
    world: World, to: str, days: tuple[date, date], field: str
) -> None:
    with pytest.raises(RuleBroken) as caught:
        give(world, to, days=days)
    assert caught.value.field == field


def test_h20_only_a_coordinator_hands_on_what_somebody_else_has(world: World) -> None:
    with pytest.raises(NotAllowed):
        give(world, "Hana", "Ben", "Cleo")
    with pytest.raises(NotAllowed):
        give(world, "Hana", "Ivo")
    with pytest.raises(RuleBroken, match="nothing can be handed on"):
        give(world, "Ivo", "Cleo", "Hana")
    give(world, "Hana", "Cleo", "Ben")
    assert [one.template for one in world.all(OutboxMessage)] == ["delegation-given", "delegation-arranged"]
    with pytest.raises(RuleBroken, match="already"):
        give(world, "Hana", "Cleo", "Ben")


def test_d16_at_the_firm_a_delegate_signs_the_work_that_the_supervisor_would_and_says_nothing_of_having_seen_it(
    world: World,
) -> None:
    log_week(world)
    log_capstone(world)
    hand_in(world)
    assert waiting(world, "Dee") == []
    with transaction():
        acme = world.one(Firm, name="Acme")
        delegate(world.actor("Sam"), acme, world.person("Dee"), TODAY, FRIDAY, giver=world.person("Sam"))
    with transaction(write=False):
        queue = queue_of(world.actor("Dee"))
    assert [one.part.route for one in (*queue.exceptions, *queue.clean)] == [Route.WORKPLACE]
    assert approve(world, "Dee", route=Route.WORKPLACE).manner is Manner.DELEGATED
    assert world.all(Seen) == []
    assert world.one(WeekSheet).state is State.SUBMITTED
    with pytest.raises(NotAllowed):
        approve(world, "Dee")


def test_the_page_hands_hours_on_ends_it_and_downloads_its_history(world: World) -> None:
    log_week(world)
    hand_in(world)
    cleo, section = world.browser_of("Cleo"), world.one(Section, name="Lowell")
    key = f"section:{section.public_id}:{world.person('Ben').public_id}"
    assert "in the place of Ben" in cleo.get("/coordinator/delegations").text
    sent = {"place": key, "holder": world.person("Hana").public_id, "from_day": "2026-10-28", "to_day": "2026-10-30"}
    refused = cleo.post("/coordinator/delegations", data={**sent, "to_day": "2026-10-01"})
    assert refused.status_code == 422
    assert "before the first" in refused.text
    assert cleo.post("/coordinator/delegations", data={**sent, "place": []}).status_code == 422
    assert cleo.post("/coordinator/delegations", data=sent).status_code == 303
    hana = world.browser_of("Hana")
    assert "Ada" in words(hana.get("/instructor/approvals"))
    assert "Ben,Cleo" not in hana.get("/instructor/delegations.csv").text
    assert hana.get("/instructor/delegations.csv").text.splitlines()[1].startswith("Ben,Hana,Lowell,2026-10-28")
    given = world.one(Delegation)
    assert world.browser_of("Ivo").post(f"/coordinator/delegations/{given.public_id}/end").status_code == 404
    assert hana.post(f"/instructor/delegations/{given.public_id}/end").status_code == 303
    assert "Ada" not in words(hana.get("/instructor/approvals"))


def test_the_api_hands_hours_on_and_ends_it(world: World) -> None:
    from tests.api.support import caller

    ben, section = caller(world, "Ben"), world.one(Section, name="Lowell").public_id
    body = {"section": section, "holder": world.person("Hana").public_id, "from_day": "2026-10-28"}
    made = ben.post("/delegations", json={**body, "to_day": "2026-10-30"})
    assert (made.status_code, made.json["state"]) == (201, "running")  # type: ignore[index]
    assert ben.post("/delegations", json={**body, "to_day": "2026-10-30", "firm": section}).status_code == 422
    assert [one["id"] for one in caller(world, "Hana").get("/delegations").json["items"]]  # type: ignore[index]
    ended = ben.post(f"/delegations/{made.json['id']}/end")  # type: ignore[index]
    assert ended.json["state"] == "ended"  # type: ignore[index]
    assert ben.post(f"/delegations/{ended.json['id']}/end").status_code == 409  # type: ignore[index]
