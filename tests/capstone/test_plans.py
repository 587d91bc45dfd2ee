"""Gates by template, decided by coach and sponsor; milestones; what the team made."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.capstone.lines.rules.worth import SCALE
from lms.capstone.plans.models import Artifact, GateOverride, GateSubmission, Milestone, PlanTemplate
from lms.capstone.plans.queries import held_before, plan_of
from lms.capstone.plans.rules import GateState, Template, gates_of
from lms.capstone.plans.services import decide_gate, override_gate, submit_gate, take_override_back
from lms.capstone.projects.models import Baseline, BaselineLock, GateDecision, WageSource
from lms.capstone.projects.rules import GateKind, GateRole
from lms.capstone.projects.rules import ProjectState as S
from lms.capstone.projects.services import (
    Measured,
    Terms,
    charter,
    lock_baseline,
    propose,
    record_baseline,
    start_work,
)
from lms.hub.cohorts.models import Cohort
from lms.kernel import audit
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.kernel.storage import named_files
from lms.people.scope import within
from tests.capstone.stage import chartered, started

TEXT = "We timed twenty changeovers on line 2 and found where the minutes go."
CHARTER = GateKind.CHARTER


@dataclass(frozen=True)
class Sent:
    gate: GateKind
    number: int
    recorded_at: datetime


@dataclass(frozen=True)
class Said:
    gate: GateKind
    role: GateRole
    approved: bool
    recorded_at: datetime


STEPS = st.lists(st.tuples(st.sampled_from(GateKind), st.sampled_from([None, *GateRole]), st.booleans()), max_size=30)


@given(STEPS)
def test_a_gate_is_passed_exactly_if_both_agreed_last_about_what_was_handed_in_last(steps):
    start = datetime(2026, 10, 1, tzinfo=UTC)
    sent, said = [], []
    for place, (gate, role, approved) in enumerate(steps):
        moment = start + timedelta(minutes=place)
        if role is None:
            sent.append(Sent(gate, 1 + sum(each.gate is gate for each in sent), moment))
        else:
            said.append(Said(gate, role, approved, moment))
    for gate in gates_of(sent, said):
        mine = [each for each in sent if each.gate is gate.kind]
        after = [each for each in said if each.gate is gate.kind and mine and each.recorded_at > mine[-1].recorded_at]
        last = {role: [each.approved for each in after if each.role is role][-1:] for role in GateRole}
        assert (gate.state is GateState.PASSED) == (list(last.values()) == [[True], [True]])
        assert (gate.state is GateState.RETURNED) == any(word == [False] for word in last.values())
        assert gate.number == len(mine)


def test_coach_and_sponsor_pass_a_gate_and_a_new_version_asks_them_anew(world):
    project = chartered(world)
    ada, ben, dee = (world.actor(name) for name in ("Ada", "Ben", "Dee"))
    with pytest.raises(RuleBroken, match="not handed in"), transaction():
        decide_gate(ben, project, CHARTER, GateRole.COACH, True)
    with pytest.raises(RuleBroken, match="before this one"), transaction():
        submit_gate(ada, project, GateKind.BASELINE, TEXT)
    for approved, comment in ((False, "Which line?"), (True, "")):
        with transaction():
            submit_gate(ada, project, CHARTER, TEXT)
        with transaction():
            decide_gate(ben, project, CHARTER, GateRole.COACH, approved, comment)
    with pytest.raises(RuleBroken, match="should change"), transaction():
        decide_gate(dee, project, CHARTER, GateRole.SPONSOR, False)
    with transaction():
        decide_gate(dee, project, CHARTER, GateRole.SPONSOR, True)
    with transaction(write=False):
        assert plan_of(project).gates[0].state is GateState.PASSED
    with pytest.raises(RuleBroken, match="stays as it is"), transaction():
        submit_gate(ada, project, CHARTER, TEXT)
    letters = [row for row in world.all(OutboxMessage) if row.template == "project-gate"]
    assert {row.person_id for row in letters} == {world.person("Ada").id}
    assert len(letters) == len(world.all(GateDecision)) == 3
    assert [entry.action for entry in world.all(audit.AuditEntry)][-1] == "project:gate"


@pytest.mark.one_engine
def test_only_the_projects_own_coach_and_sponsor_decide_and_each_in_their_role(world):
    project = chartered(world)
    with transaction():
        submit_gate(world.actor("Ada"), project, CHARTER, TEXT)
    public_id, fay, hana = project.public_id, world.browser_of("Fay"), world.browser_of("Hana")
    assert fay.get(f"/employer/projects/{public_id}/plan").status_code == 404
    assert hana.get(f"/instructor/projects/{public_id}").status_code == 404
    for name in ("Ada", "Finn", "Fay", "Hana", "Cleo"):
        with pytest.raises(NotAllowed), transaction():
            decide_gate(world.actor(name), project, CHARTER, GateRole.COACH, True)
    with pytest.raises(RuleBroken, match="coach and its sponsor"), transaction():
        decide_gate(world.actor("Dee"), project, CHARTER, GateRole.COACH, True)


@pytest.mark.one_engine
def test_the_plan_on_pages_from_the_template_to_the_file(world):
    cleo, cohort = world.browser_of("Cleo"), world.one(Cohort).public_id
    with transaction():
        early = propose(world.actor("Ada"), world.enrollment("Ada"), "Less scrap at press 4", "")
    home = f"/student/projects/{early.public_id}"
    assert world.browser_of("Ada").post(f"{home}/template", data={"template": "a3"}).status_code == 303
    assert cleo.post(f"/coordinator/cohorts/{cohort}/capstone-template", data={"template": "a3"}).status_code == 303
    assert '<option value="a3" selected' in cleo.get("/coordinator/gates").get_data(as_text=True)
    project = chartered(world)
    ada, ben, dee = (world.browser_of(name) for name in ("Ada", "Ben", "Dee"))
    home = f"/student/projects/{project.public_id}"
    assert ada.post(f"{home}/template", data={"template": "dmaic"}).status_code == 422  # agreed in the charter
    assert "Background and goal" in ada.get(f"{home}/plan").get_data(as_text=True)
    short = ada.post(f"{home}/gates/charter/submissions", data={"text": "Short"})
    assert short.status_code == 422
    assert ">Short</textarea>" in short.get_data(as_text=True)
    assert ada.post(f"{home}/gates/charter/submissions", data={"text": TEXT}).status_code == 303
    assert ada.post(f"{home}/gates/nothing/submissions", data={"text": TEXT}).status_code == 404
    assert "Quick-change fixtures" in ben.get("/instructor/projects").get_data(as_text=True)
    for browser, door in ((ben, "instructor"), (dee, "employer")):
        address = f"/{door}/projects/{project.public_id}/gates/charter/decisions"
        assert browser.post(address, data={"verdict": "back", "comment": ""}).status_code == 422
        assert browser.post(address, data={"verdict": "pass", "comment": "Well seen"}).status_code == 303
    page = ada.get(f"{home}/plan").get_data(as_text=True)
    assert "passed" in page
    assert "Well seen" in page
    assert ada.post(f"{home}/milestones", data={"title": "", "due_on": ""}).status_code == 422
    assert ada.post(f"{home}/milestones", data={"title": "Fixtures built", "due_on": "2026-11-20"}).status_code == 303
    row = world.one(Milestone)
    assert ada.post(f"{home}/milestones/{row.public_id}/completions").status_code == 303
    done = world.all(Milestone)[-1]
    assert (done.due_on, done.done_on, done.supersedes_id) == (date(2026, 11, 20), date(2026, 10, 28), row.id)
    assert ada.post(f"{home}/milestones/{row.public_id}/removal").status_code == 404  # it was replaced
    assert ada.post(f"{home}/milestones/{done.public_id}/removal").status_code == 303
    assert "Fixtures built" not in ada.get(f"{home}/plan").get_data(as_text=True)
    assert ada.post(f"{home}/artifacts", data={"kind": "report"}).status_code == 422
    sent = {"kind": "report", "title": "Final report", "file": (io.BytesIO(b"what we found"), "report.txt")}
    assert ada.post(f"{home}/artifacts", data=sent).status_code == 303
    made = world.one(Artifact)
    assert ben.get(f"/instructor/artifacts/{made.public_id}/file").data == b"what we found"
    assert dee.get(f"/employer/artifacts/{made.public_id}/file").data == b"what we found"
    assert world.browser_of("Fay").get(f"/employer/artifacts/{made.public_id}/file").status_code == 404
    assert world.browser_of("Zoe").get(f"/student/artifacts/{made.public_id}/file").status_code == 404
    with transaction(write=False):
        assert made.sha256 in set(named_files())
    assert ada.post(f"/student/artifacts/{made.public_id}/removal").status_code == 303
    assert ben.get(f"/instructor/artifacts/{made.public_id}/file").status_code == 404


@pytest.mark.one_engine
def test_the_coach_locks_the_baseline_on_the_page_of_the_project(world):
    started(world)
    assert len(world.all(BaselineLock)) == len(world.all(Baseline)) == 1
    project = chartered(world, student="Ada")
    ben = world.browser_of("Ben")
    assert "has not recorded one" in ben.get(f"/instructor/projects/{project.public_id}").get_data(as_text=True)
    answer = ben.post(f"/instructor/projects/{project.public_id}/baseline-locks")
    assert answer.status_code == 422
    assert world.all(GateSubmission) == []


def test_a_gate_holds_the_project_until_it_is_passed_or_the_office_opens_it_with_a_reason(world):
    project = chartered(world, gates=GateKind)
    ada, ben, cleo, dee = (world.actor(name) for name in ("Ada", "Ben", "Cleo", "Dee"))
    measured = Measured("Changeover time", "minutes", "Shift log", 45 * SCALE, date(2026, 6, 1), date(2026, 8, 31))
    with transaction():
        record_baseline(ada, project, measured)
    with pytest.raises(RuleBroken, match="nothing is handed in there yet"), transaction():
        lock_baseline(ben, project)
    with transaction():
        submit_gate(ada, project, CHARTER, TEXT)
    with pytest.raises(RuleBroken, match="waits for coach and sponsor"), transaction():
        lock_baseline(ben, project)
    with transaction():
        decide_gate(ben, project, CHARTER, GateRole.COACH, True)
    with pytest.raises(RuleBroken, match="waits for the sponsor"), transaction():
        lock_baseline(ben, project)
    with transaction():
        decide_gate(dee, project, CHARTER, GateRole.SPONSOR, False, "Which line?")
    with pytest.raises(RuleBroken, match="was sent back"), transaction():
        lock_baseline(ben, project)
    with pytest.raises(RuleBroken, match="Why is it opened"), transaction():
        override_gate(cleo, project, CHARTER, "short")
    for name in ("Ada", "Ben", "Dee", "Gus", "Fay"):
        with pytest.raises(NotAllowed), transaction():
            override_gate(world.actor(name), project, CHARTER, "The sponsor is ill until December.")
    with transaction():
        opened = override_gate(cleo, project, CHARTER, "The sponsor is ill until December.")
    with pytest.raises(RuleBroken, match="holds nothing"), transaction():
        override_gate(cleo, project, CHARTER, "The sponsor is ill until December.")
    with transaction():
        take_override_back(cleo, opened)
    with pytest.raises(RuleBroken, match="was sent back"), transaction():
        lock_baseline(ben, project)
    with transaction():
        override_gate(cleo, project, CHARTER, "The sponsor is ill until December.")
    with transaction():
        lock_baseline(ben, project)
    with pytest.raises(RuleBroken) as caught, transaction():
        start_work(ada, project)
    assert [str(one.sentence.values["gate"]) for one in (caught.value, *caught.value.also)] == ["Measure: the baseline"]
    assert [entry.action for entry in world.all(audit.AuditEntry)].count("gate:override") == 3


@pytest.mark.one_engine
def test_a_project_that_began_before_gates_held_goes_on_and_every_other_is_held_before_each_step(world):
    project = chartered(world, gates=GateKind)
    with transaction():  # as a charter of that time was written: no steps in it
        row = session.scalars(within(select(PlanTemplate), project)).one()
        assert all(held_before(project, state) for state in (S.BASELINED, S.IN_PROGRESS, S.IMPLEMENTED, S.REPORTED_OUT))
        freed = PlanTemplate(project_id=project.id, template=row.template, supersedes_id=row.id)
        session.add(freed)
        session.flush()
        assert not any(held_before(project, state) for state in S)
        charter(world.actor("Dee"), project, Terms(world.person("Ben"), world.person("Finn"), template=Template.A3,
                                                   wage_source=WageSource.FIRM_COUNT))  # fmt: skip
        assert (plan_of(project).template, plan_of(project).is_binding) == (Template.A3, False)


@pytest.mark.one_engine
def test_the_coordinator_opens_a_gate_on_a_page_that_says_what_holds_whom(world):
    project = chartered(world, gates=GateKind)
    cleo, ivo = world.browser_of("Cleo"), world.browser_of("Ivo")
    page = cleo.get("/coordinator/gates").text
    assert "holds the project" in page
    assert project.title not in ivo.get("/coordinator/gates").text
    address = f"/coordinator/projects/{project.public_id}/gates/charter/overrides"
    wrong = cleo.post(address, data={"reason": "short"})
    assert wrong.status_code == 422
    assert ">short</textarea>" in wrong.text
    assert ivo.post(address, data={"reason": "The sponsor is ill until December."}).status_code == 404
    assert cleo.post(address, data={"reason": "The sponsor is ill until December."}).status_code == 303
    assert "The sponsor is ill until December." in cleo.get("/coordinator/gates").text
    assert "opened by the office" in world.browser_of("Ada").get(f"/student/projects/{project.public_id}/plan").text
    row = world.one(GateOverride)
    assert cleo.post(f"/coordinator/gate-overrides/{row.public_id}/removal").status_code == 303
    assert "opened by the office" not in cleo.get("/coordinator/gates").text
