"""Measured minutes become read-only hours of evidence level 1; what a student logged is never touched."""

from datetime import date
from uuid import UUID

import pytest

from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.models import Cohort
from lms.hub.content.services.minutes import counts, import_minutes, look_at_minutes
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.rules.entry import Evidence, Source
from lms.hub.hours.services.entries import Hours, log_hours, remove_entry
from lms.hub.roster.models.imports import StudentNumber
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.people.orgs.models import Site
from tests.hub.content.test_marks import item
from tests.support.statements import count_statements
from tests.support.web import World

HEAD = "student,item,minutes,day\n"
ADA = HEAD + "ada@example.org,Press simulator,40,2026-10-26\n"


def send(world: World, text: str, by: str = "Cleo", **more: bool) -> dict[str, int]:
    with transaction():
        return dict(
            counts(import_minutes(world.actor(by), world.one(Cohort), Source.SIMULATION, text.encode(), **more))
        )


def standing(world: World) -> list[HoursEntry]:
    replaced = {row.supersedes_id for row in world.all(HoursEntry)}
    return [row for row in world.all(HoursEntry) if row.id not in replaced and not row.is_removal]


def test_a_row_becomes_hours_that_the_student_cannot_edit(world: World) -> None:
    item(world, "Press simulator", "open", url="https://example.org/s")
    assert send(world, ADA) == {"new": 1, "replaced": 0, "same": 0}
    (entry,) = standing(world)
    assert (entry.minutes, entry.day, entry.source) == (40, date(2026, 10, 26), Source.SIMULATION)
    assert entry.evidence is Evidence.SYSTEM_TRACE
    with pytest.raises(RuleBroken, match="made by the system"), transaction():
        remove_entry(world.actor("Ada"), entry)


def test_looking_leaves_nothing_and_the_same_file_changes_nothing(world: World) -> None:
    item(world, "Press simulator", "open", url="https://example.org/s")
    with transaction():
        (one,) = look_at_minutes(world.actor("Cleo"), world.one(Cohort), Source.LMS, ADA.encode())
        assert one.is_change
    assert standing(world) == []
    send(world, ADA)
    assert send(world, ADA) == {"new": 0, "replaced": 0, "same": 1}
    assert len(standing(world)) == 1


def test_other_minutes_replace_and_none_take_away_and_self_report_stays(world: World) -> None:
    item(world, "Press simulator", "open", url="https://example.org/s")
    with transaction():
        hours = Hours(day=date(2026, 10, 26), minutes=25, kind=Kind.SIMULATION)
        log_hours(world.actor("Ada"), world.enrollment("Ada"), hours, str(UUID(int=1)))
    send(world, ADA)
    assert send(world, ADA.replace(",40,", ",55,")) == {"new": 0, "replaced": 1, "same": 0}
    assert [entry.minutes for entry in standing(world)] == [25, 55]
    send(world, ADA.replace(",40,", ",0,"))
    assert [entry.minutes for entry in standing(world)] == [25]
    assert send(world, ADA) == {"new": 0, "replaced": 1, "same": 0}
    assert [entry.minutes for entry in standing(world)] == [25, 40]


def test_a_student_number_and_the_code_of_a_unit_are_enough(world: World) -> None:
    with transaction():
        site = world.one(Site, name="Lowell")
        session.add(StudentNumber(person_id=world.person("Ada").id, site_id=site.id, code="L-7"))
    assert send(world, HEAD + "l-7,ms-1,30,2026-10-26\n")["new"] == 1


def test_every_fault_is_named_by_row_and_nothing_is_entered(world: World) -> None:
    item(world, "Press simulator", "open", url="https://example.org/s")
    rows = (
        "nobody@example.org,Press simulator,40,2026-10-26\n"
        "ada@example.org,No such thing,40,2026-10-26\n"
        "ada@example.org,Press simulator,40,2027-10-26\n"
        "eli@example.org,Press simulator,40,2026-10-26\n"
        "zoe@example.org,Press simulator,40,2026-10-26\n"
        "zoe@example.org,Press simulator,50,2026-10-26\n"
    )
    with pytest.raises(RuleBroken) as caught, transaction():
        import_minutes(world.actor("Cleo"), world.one(Cohort), Source.LMS, (HEAD + rows).encode())
    broken = [caught.value, *caught.value.also]
    assert sorted(one.sentence.values["row"] for one in broken) == [2, 3, 4, 5, 7]
    assert standing(world) == []


def test_only_the_office_sends_files(world: World) -> None:
    for name in ("Ada", "Ben", "Dee"):
        with pytest.raises(NotAllowed):
            send(world, ADA, by=name)


def test_the_page_shows_the_plan_and_enters_that_very_file(world: World) -> None:
    item(world, "Press simulator", "open", url="https://example.org/s")
    browser, cohort = world.browser_of("Cleo"), world.one(Cohort).public_id
    assert browser.get("/coordinator/minutes").status_code == 200
    path, data = f"/coordinator/cohorts/{cohort}/minutes", {"source": "simulation", "rows": ADA}
    shown = browser.post(path, data=data)
    assert "1 new, 0 replaced, 0 as before" in shown.text
    assert standing(world) == []
    assert browser.post(path, data={**data, "confirmed": "yes"}).status_code == 303
    assert len(standing(world)) == 1
    assert browser.post(path, data={"source": "simulation"}).status_code == 422


def test_a_file_of_many_students_costs_no_statement_for_each(world: World) -> None:
    item(world, "Press simulator", "open", url="https://example.org/s")
    counted = []
    for names, minutes in ((("ada",), 40), (("ada", "zoe"), 50)):
        text = HEAD + "".join(f"{name}@example.org,Press simulator,{minutes},2026-10-26\n" for name in names)
        with transaction(), count_statements() as statements:
            import_minutes(world.actor("Cleo"), world.one(Cohort), Source.SIMULATION, text.encode())
        counted.append(statements.count)
    assert counted[1] <= counted[0] + 1  # the row that is replaced is looked for once
    assert sorted(row.minutes for row in standing(world)) == [50, 50]
