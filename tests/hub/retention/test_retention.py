"""Retention classes and the legal hold: a list to look at, from which nothing is deleted."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskCliRunner

from lms.hub.enrollment.kinds import StatusReason
from lms.hub.enrollment.models import StatusChange
from lms.hub.enrollment.services import withdraw
from lms.hub.retention.models import LegalHold
from lms.hub.retention.queries import list_retention
from lms.hub.retention.rules import DEFAULT_YEARS, RecordKind, classes, kept
from lms.hub.retention.services import hold_records, lift_hold
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from tests.support.web import NOW, World

DAY = NOW.date()


def test_a_class_is_kept_for_its_years_after_the_exit() -> None:
    found = kept(date(2026, 6, 30), 5, date(2031, 6, 30), is_held=False)
    assert found.value.until == date(2031, 6, 30)
    assert not found.value.is_past
    assert kept(date(2026, 6, 30), 5, date(2031, 7, 1), is_held=False).value.is_past
    assert not kept(date(2026, 6, 30), 5, date(2040, 7, 1), is_held=True).value.is_past
    assert kept(date(2024, 2, 29), 5, date(2029, 3, 1), is_held=False).value.until == date(2029, 3, 1)


def test_the_years_are_configured_and_hours_and_grades_never_below_five() -> None:
    assert classes("") == DEFAULT_YEARS
    assert classes("hours=7, submissions=2")[RecordKind.SUBMISSIONS] == 2
    for wrong in ("hours=4", "grades=0", "minutes=7", "hours=x"):
        with pytest.raises(RuleBroken):
            classes(wrong)


def test_what_is_past_its_time_is_listed_and_a_hold_keeps_it(world: World) -> None:
    with transaction():
        withdraw(world.actor("Cleo"), world.enrollment("Ada"), DAY, StatusReason.WORK)
    later = DAY + timedelta(days=366 * 11)
    with transaction(write=False):
        (line,) = [one for one in list_retention(DEFAULT_YEARS, later) if one.kind is RecordKind.ENROLLMENT]
        assert (line.rows, line.kept.value.is_past) == (2, True)
        assert all(not one.kept.value.is_past for one in list_retention(DEFAULT_YEARS, DAY))
        assert list_retention(DEFAULT_YEARS, later, as_of=NOW - timedelta(days=1)) == []
    with transaction():
        hold_records(world.actor("Gus"), world.person("Ada"), "Complaint of Nov 3.")
    with transaction(write=False):
        assert all(not one.kept.value.is_past for one in list_retention(DEFAULT_YEARS, later))
    assert len(world.all(StatusChange, enrollment_id=world.enrollment("Ada").id)) == 2


def test_a_hold_is_set_and_lifted_by_the_program_admin_with_a_reason(world: World) -> None:
    ada, gus = world.person("Ada"), world.actor("Gus")
    for name in ("Cleo", "Ada", "Ben", "Dee"):
        with pytest.raises(NotAllowed), transaction():
            hold_records(world.actor(name), ada, "Complaint.")
    with pytest.raises(RuleBroken, match="why"), transaction():
        hold_records(gus, ada, " ")
    with pytest.raises(RuleBroken, match="not held"), transaction():
        lift_hold(gus, ada, "Over.")
    with transaction():
        first = hold_records(gus, ada, "Complaint.")
        assert hold_records(gus, ada, "Complaint again.").id == first.id
        lift_hold(gus, ada, "Settled.")
    assert [row.is_lifted for row in world.all(LegalHold)] == [False, True]
    assert world.all(AuditEntry, action="hold:set")


def test_the_commands_list_and_hold_and_delete_nothing(world: World) -> None:
    with transaction():
        withdraw(world.actor("Cleo"), world.enrollment("Ada"), DAY, StatusReason.WORK)
    cli: FlaskCliRunner = world.app.test_cli_runner()
    listed = cli.invoke(args=["retention", "--all"]).output
    assert world.enrollment("Ada").public_id in listed
    assert "Nothing was deleted." in listed
    assert "no account" in cli.invoke(args=["hold", "nobody@example.org", "--reason", "Complaint."]).output
    assert cli.invoke(args=["hold", "ada@example.org", "--reason", "Complaint."]).exit_code == 0
    assert "held" in cli.invoke(args=["retention", "--all"]).output
    assert cli.invoke(args=["hold", "ada@example.org", "--reason", "Settled.", "--lift"]).exit_code == 0
