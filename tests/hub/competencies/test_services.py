"""Frameworks from files, sign-offs by assessors of the section, credentials that are verified."""

from datetime import date

import pytest

from lms.hub.catalog.kinds import RequirementKind
from lms.hub.competencies.models import Competency, CredentialCheck, Framework, FrameworkImport, SignOff
from lms.hub.competencies.queries import held_by
from lms.hub.competencies.services.frameworks import sentence_of
from lms.hub.competencies.services.outside import check_credential, withdraw_credential
from lms.hub.competencies.services.signing import revoke_sign_off, withdraw_evidence
from lms.hub.hours.rules.sheet import Route
from lms.hub.hours.services.decisions import approve_part
from lms.hub.standing.facts import State
from lms.hub.standing.queries import record_of
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.people.access import Relation
from tests.hub.competencies import made
from tests.hub.hours import weeks
from tests.support.web import World


def level(world: World, code: str = "mfg/PC-3", name: str = "Ada") -> int:
    with transaction(write=False):
        return held_by(world.enrollment(name))[code][1].level


def test_a_framework_is_loaded_whole_and_the_next_file_is_its_next_version(world: World) -> None:
    assert made.load(world).framework_id is not None
    made.load(world)
    assert [row.number for row in world.all(Framework)] == [1, 2]
    assert len(world.all(Competency)) == 6
    assert world.all(AuditEntry, action="framework:import")


def test_a_faulty_file_loads_nothing_and_keeps_every_fault_by_row(world: World) -> None:
    bad = "code,title,completion,minutes,demonstrations\nA 1,,hours,,\nB,Two,seldom,0,\nB,Three,hybrid,60,\n"
    row = made.load(world, bad)
    assert row.framework_id is None
    said = [str(sentence_of(error)) for error in world.one(FrameworkImport).errors]
    for text in ("Row 2, column code", "Row 2, column title", "Row 3, column completion", "Row 3, column minutes"):
        assert any(text in sentence for sentence in said), (text, said)
    assert any("same as in row 3" in sentence for sentence in said)
    assert world.all(Framework) == []
    short = made.load(world, "code,title,completion\nA,One,hours\nB,Two,hybrid\n")
    assert next(str(sentence_of(error)) for error in short.errors).startswith("Row 2: by hours")


def test_only_the_programs_admin_loads_frameworks(world: World) -> None:
    from lms.hub.catalog.models import Program
    from lms.hub.competencies.services.frameworks import import_framework

    with pytest.raises(NotAllowed), transaction():
        import_framework(world.actor("Cleo"), world.one(Program), "x", "X", made.LEVELS, made.CSV.encode())
    with pytest.raises(RuleBroken, match="2 to 9 different levels"), transaction():
        import_framework(world.actor("Gus"), world.one(Program), "x", "X", ["one"], made.CSV.encode())


def test_an_assessor_signs_what_was_shown_and_the_requirement_is_met(world: World) -> None:
    made.load(world)
    made.assessor(world)
    made.require(world, RequirementKind.COMPETENCY, "Control loops", code="mfg/PC-3", level=2)
    with pytest.raises(RuleBroken, match="demonstrations are needed first"):
        made.sign(world)
    made.show(world)
    row = made.sign(world)
    assert (row.role, row.level, len(row.statement_sha256)) == (Relation.ASSESSOR, 2, 64)
    assert world.one(AuditEntry, action="competency:sign", result_id=row.public_id)
    with transaction(write=False):
        parts = record_of(world.enrollment("Ada")).standing().value.parts
    assert next(part for part in parts if part.need.title == "Control loops").state is State.MET


def test_an_instructor_records_but_does_not_sign_and_another_sections_assessor_does_neither(world: World) -> None:
    made.load(world)
    made.show(world)
    with pytest.raises(NotAllowed):
        made.sign(world)
    made.assessor(world, "Hana", "Providence")
    with pytest.raises(NotAllowed):
        made.sign(world, by="Hana")
    with pytest.raises(NotAllowed):
        made.show(world, by="Hana")


def test_a_safety_item_needs_two_assessors_and_expires(world: World) -> None:
    made.load(world)
    made.assessor(world)
    made.assessor(world, "Hana")
    made.show(world, "SAFE")
    first = made.sign(world, 2, "SAFE")
    assert level(world, "mfg/SAFE") == 0
    made.sign(world, 3, "SAFE", by="Hana")
    assert level(world, "mfg/SAFE") == 2
    assert first.expires_on == date(2027, 10, 28)


def test_hours_count_once_they_are_approved(world: World) -> None:
    made.load(world)
    made.assessor(world)
    made.show(world, "BENCH")
    weeks.log_week(world)
    weeks.hand_in(world)
    with pytest.raises(RuleBroken, match="600 min more approved"):
        made.sign(world, 1, "BENCH")
    with transaction():
        approve_part(world.actor("Ben"), weeks.part_of(world, "Ada", Route.SECTION))
    made.sign(world, 1, "BENCH")
    assert level(world, "mfg/BENCH") == 1


def test_a_sign_off_is_taken_back_by_a_new_fact_with_a_reason(world: World) -> None:
    made.load(world)
    made.assessor(world)
    evidence = made.show(world)
    row = made.sign(world)
    with pytest.raises(RuleBroken, match="Say why"), transaction():
        revoke_sign_off(world.actor("Ben"), row, " ")
    with transaction():
        revoke_sign_off(world.actor("Ben"), row, "Signed for the wrong student.")
    assert level(world) == 0
    assert len(world.all(SignOff)) == 2
    with transaction():
        withdraw_evidence(world.actor("Ben"), evidence, "Same mistake.")
    with pytest.raises(RuleBroken):
        made.sign(world)


def test_a_new_level_of_the_same_assessor_replaces_the_old_one(world: World) -> None:
    made.load(world)
    made.assessor(world)
    made.show(world)
    made.sign(world, 1)
    second = made.sign(world, 3)
    assert second.supersedes_id is not None
    assert level(world) == 3


def test_nobody_assesses_themselves(world: World) -> None:
    made.load(world)
    made.assessor(world, "Ada")
    with pytest.raises(RuleBroken, match="their own competency"):
        made.show(world, by="Ada")


def test_a_credential_counts_once_the_office_has_verified_it_and_until_it_expires(world: World) -> None:
    made.require(world, RequirementKind.CREDENTIAL, "NIMS", code="NIMS-PC")
    row = made.bring(world, until=date(2026, 12, 1))

    def state(as_of=None):
        with transaction(write=False):
            parts = record_of(world.enrollment("Ada"), as_of).standing().value.parts
        return next(part for part in parts if part.need.title == "NIMS")

    assert state().state is State.IN_PROGRESS
    with pytest.raises(NotAllowed), transaction():
        check_credential(world.actor("Ben"), row, True, "")
    with pytest.raises(RuleBroken, match="what was wrong"), transaction():
        check_credential(world.actor("Cleo"), row, False, "")
    with transaction():
        check_credential(world.actor("Cleo"), row, False, "The number is not known.")
    assert "could not be verified" in str(state().reason)
    with transaction():
        check_credential(world.actor("Cleo"), row, True, "Called NIMS.")
    assert state().state is State.MET
    assert [check.is_verified for check in world.all(CredentialCheck)] == [False, True]
    with transaction():
        withdraw_credential(world.actor("Ada"), row)
    assert state().state is State.MISSING
