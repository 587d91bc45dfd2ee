"""The capstone as its student meets it, from the proposal to the claim, on pages alone."""

import re

import pytest

from lms.capstone.projects.models import Project
from lms.capstone.savings.models import Posting
from lms.capstone.savings.rules.kinds import EntryKind
from lms.kernel.db import transaction
from tests.capstone.stage import claim, lines, live, verified

pytestmark = pytest.mark.one_engine

LINE = {
    "title": "Scrap", "benefit_class": "hard_pl", "kind": "recurring", "stream": "waste", "quantity": "1",
    "unit": "year",
    "unit_value": "48000", "attribution": "80", "confidence": "90", "ramp": "50, 75", "isolation": "trend_line",
    "hours_proof": "", "pool": "", "basis": "Scale tickets",
}  # fmt: skip
BASELINE = {
    "metric": "Changeover", "unit": "min", "value": "45.5", "direction": "lower", "from_day": "2026-06-01",
    "to_day": "2026-08-31", "source": "Shift log",
}  # fmt: skip


def text(answer, status=200):
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer.get_data(as_text=True)


def go(browser, path, **data):
    answer = browser.post(path, data=data)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]


def passes(world, project, *gates):
    """The team hands in at these gates; coach and sponsor let it through, on their pages."""
    ada, ben, dee = (world.browser_of(name) for name in ("Ada", "Ben", "Dee"))
    for gate in gates:
        go(ada, f"/student/projects/{project}/gates/{gate}/submissions", text="Twenty changeovers were timed.")
        go(ben, f"/instructor/projects/{project}/gates/{gate}/decisions", verdict="pass", comment="")
        go(dee, f"/employer/projects/{project}/gates/{gate}/decisions", verdict="pass", comment="")


def test_a_capstone_from_proposal_to_claim(world):
    ada, dee = world.browser_of("Ada"), world.browser_of("Dee")
    assert "Propose the project" in text(ada.get("/student/capstone"))
    go(ada, "/student/projects", title="Quick-change fixtures", problem="Changeovers are long")
    project = world.one(Project).public_id
    people = {"coach": world.person("Ben").public_id, "finance_contact": world.person("Finn").public_id}
    go(dee, f"/employer/projects/{project}/charters", **people, confidentiality="firm_only", paid_hours="firm_count")
    go(ada, f"/student/projects/{project}/baselines", **BASELINE)
    assert "Lock the baseline" in text(dee.get(f"/employer/projects/{project}"))
    held = "The gate “Define: problem, goal and charter” comes before this step"
    assert held in text(dee.post(f"/employer/projects/{project}/baseline-locks"), 422)
    assert held in text(ada.get("/student/capstone"))
    passes(world, project, "charter")
    go(dee, f"/employer/projects/{project}/baseline-locks")
    assert "Measure: the baseline” comes before" in text(ada.post(f"/student/projects/{project}/starts"), 422)
    passes(world, project, "baseline")
    go(ada, f"/student/projects/{project}/starts")
    text(ada.get(f"/student/projects/{project}/line"))
    go(ada, f"/student/projects/{project}/lines", **LINE)
    early = text(ada.post(f"/student/projects/{project}/go-lives", data={"go_live": "2026-10-01"}), 422)
    assert "Analyze: the causes” comes before" in early
    assert "Improve: the change” comes before" in early
    passes(world, project, "analyze", "improve")
    go(ada, f"/student/projects/{project}/go-lives", go_live="2026-10-01")
    page = text(ada.get("/student/capstone"))
    assert "$34,560.00" in page
    (url,) = set(re.findall(r'action="(/student/lines/[a-z0-9]+/claims)"', page))
    key = re.search(r'name="request_key" value="([a-z0-9]+)"', page).group(1)
    for _ in range(2):
        go(ada, url, request_key=key)
    assert len(world.all(Posting, kind=EntryKind.CLAIM)) == 1
    go(ada, url.replace("claims", "evidence"), kind="gl_extract", reference="GL 5100")
    posting = world.one(Posting, kind=EntryKind.CLAIM).public_id
    go(dee, f"/employer/claims/{posting}/reports", comment="")
    assert "$32,400.00" in text(ada.get("/student/capstone"))


def test_bad_input_names_its_fields_and_keeps_what_was_typed(world):
    project = live(world)
    ada = world.browser_of("Ada")
    bad = {**LINE, "attribution": "101", "unit_value": "1,000.00", "ramp": "50, x"}
    page = text(ada.post(f"/student/projects/{project.public_id}/lines", data=bad), 422)
    assert "is not a number" in page
    assert 'value="1,000.00"' in page
    wrong = text(ada.post(f"/student/projects/{project.public_id}/lines", data={**LINE, "attribution": "101"}), 422)
    assert "A percentage lies between 0 and 100" in wrong
    hours = {**LINE, "stream": "labor"}
    assert "Hours saved are hard savings only if" in text(
        ada.post(f"/student/projects/{project.public_id}/lines", data=hours), 422
    )


def test_a_claimed_line_is_amended_by_proposal(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    ada, dee = world.browser_of("Ada"), world.browser_of("Dee")
    text(ada.get(f"/student/lines/{line.public_id}/amendment"))
    go(ada, f"/student/lines/{line.public_id}/amendments", **LINE, go_live="2026-10-01", why="Twelve presses now")
    page = text(dee.get("/employer/waiting"))
    assert "Accept the amendment" in page
    posting = world.one(Posting, kind=EntryKind.CLAIM)
    url = re.search(
        r'action="(/employer/amendments/[a-z0-9]+/acceptances)"', text(dee.get(f"/employer/claims/{posting.public_id}"))
    )
    go(dee, url.group(1))
    assert "pending restatement" in text(dee.get(f"/employer/projects/{project.public_id}"))


@pytest.mark.parametrize("name", ["Eli", "Zoe"])
def test_another_student_finds_nothing(world, name):
    project = live(world)
    (line,) = lines(world, project)
    claim(world, line)
    other = world.browser_of(name)
    for path in (f"projects/{project.public_id}/line", f"lines/{line.public_id}", f"lines/{line.public_id}/amendment"):
        text(other.get(f"/student/{path}"), 404)
    assert other.post(f"/student/lines/{line.public_id}/claims", data={}).status_code == 404
    assert "Propose the project" in text(other.get("/student/capstone"))
    with transaction(write=False):
        assert world.one(Project).title == "Quick-change fixtures"
