"""A firm's own energy assessment: planned, applied as planned, withdrawn; seen by the firm, and a capstone from it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.capstone.assessments.models import EnergyFile, EnergyProposal, EnergyReading, EnergyRecommendation
from lms.capstone.assessments.queries import recommendations_of, said_of
from lms.capstone.assessments.rules.plan import Effect, plan_of
from lms.capstone.assessments.rules.said import Audience, payback, total_cost, total_saved
from lms.capstone.assessments.services import apply_file, plan_file, propose_from, share, withdraw_file
from lms.capstone.projects.models import Project, TeamMember
from lms.capstone.projects.rules import ImplementationStatus
from lms.capstone.savings.models import SavingsEntry
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.explain import FactRef
from lms.kernel.outbox import OutboxMessage
from lms.people.orgs.models import Firm
from tests.api.support import caller
from tests.support.statements import count_statements
from tests.support.web import words

HEAD = (
    "rec_id,assessment_id,rec_no,fy,status,impl_cost_usd,resource,resource_qty,primary_saved_usd,arc_code,description"
)
ROWS = (
    "A1,AM9,1,2019,I,12000,EC,90000,24000,2.4236,Stop the leaks of compressed air",
    "A2,AM9,2,2019,N,5000,E2,700,2500,2.2114,Insulate the oven's doors",
    "A3,AM9,3,2019,,,R3,,-1200,,",
)
PAGE = "/employer/energy-assessments"


def sheet(*rows, head=HEAD):
    return "\r\n".join([head, *rows]).encode()


def planned(world, data=None, who="Dee", **how):
    acme = world.one(Firm, name="Acme")
    with transaction():
        return plan_file(world.actor(who), acme, "plant.csv", sheet(*ROWS) if data is None else data, **how)


def applied(world, data=None, **how):
    made = planned(world, data, **how)
    with transaction():
        return apply_file(world.actor("Dee"), made)


def stands(world):
    """What the firm has now, by id."""
    with transaction(write=False):
        return said_of(recommendations_of(world.one(Firm, name="Acme")))


def sent(browser, data, mapping=None):
    files = {"file": (io.BytesIO(data), "plant.csv")}
    if mapping:
        files["mapping"] = (io.BytesIO(mapping), "map.toml")
    return browser.post("/employer/energy-files", data=files, content_type="multipart/form-data")


def test_a_plan_changes_nothing_and_is_applied_as_it_stands_and_the_same_file_again_changes_nothing(world):
    made = planned(world)
    assert (made.rows, made.added, made.changed, made.unchanged, made.faults) == (3, 3, 0, 0, 0)
    assert stands(world) == {}
    with transaction():
        apply_file(world.actor("Dee"), made)
    was = stands(world)
    assert (was["A1"]["status"], was["A1"]["cost_minor"], was["A1"]["saved_minor"]) == ("I", 1_200_000, 2_400_000)
    assert (was["A3"]["status"], was["A3"]["cost_minor"], was["A3"]["saved_minor"]) == (None, None, -120_000)
    with transaction():
        apply_file(world.actor("Dee"), made)  # a second time
    again = applied(world)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    assert stands(world) == was
    assert len(world.all(EnergyRecommendation)) == 3
    assert world.all(SavingsEntry) == []
    assert [entry.action for entry in world.all(AuditEntry)] == ["energy:import"] * 5


def test_a_later_file_changes_a_row_and_withdrawing_brings_back_what_stood_before(world):
    first = applied(world)
    was = stands(world)
    second = applied(world, sheet(ROWS[0].replace(",I,12000", ",K,13000"), "A4,AM9,4,2019,P,1,W1,1,2,,Bale it"))
    assert (second.added, second.changed, second.unchanged) == (1, 1, 0)
    now = stands(world)
    assert (now["A1"]["status"], now["A1"]["cost_minor"], now["A2"]) == ("K", 1_300_000, was["A2"])
    with transaction():
        withdraw_file(world.actor("Dee"), first)
    assert set(stands(world)) == {"A1", "A4"}  # the second file's row stays, and says so on the first one's page
    shown = world.browser_of("Dee").get(f"/employer/energy-files/{first.public_id}").text
    assert "stays: a later file changed it" in shown
    with transaction():
        withdraw_file(world.actor("Dee"), second)
    assert stands(world) == {"A1": was["A1"]}  # as before the second file
    for made in (first, second):
        with transaction(), pytest.raises(RuleBroken, match="taken back already"):
            withdraw_file(world.actor("Dee"), made)
    never = planned(world)
    with transaction(), pytest.raises(RuleBroken, match="never applied"):
        withdraw_file(world.actor("Dee"), never)


def test_faults_stand_by_row_and_a_file_that_has_some_or_is_out_of_date_is_not_applied(world):
    bad = planned(
        world, sheet(ROWS[0], "A1,AM9,9,2019,I,1,EC,1,1,,again", "A5,AM9,5,1066,I,1,EC,1,1,,", ",AM9,,,,,,,,,")
    )
    assert (bad.added, bad.faults) == (1, 3)
    shown = world.browser_of("Dee").get(f"/employer/energy-files/{bad.public_id}").text
    assert "the same recommendation as in row 2" in shown
    assert "column fy: &#34;1066&#34; is not a fiscal year." in shown
    with transaction(), pytest.raises(RuleBroken, match="has errors"):
        apply_file(world.actor("Dee"), bad)
    stale = planned(world)
    applied(world, sheet(ROWS[1]))
    with transaction(), pytest.raises(Conflict, match="changed since"):
        apply_file(world.actor("Dee"), stale)
    for data, expected in (
        (b"x\r\n1", "is missing"),
        (b"", "no rows"),
        (sheet(), "no rows"),
        (b"rec_id,\xff", "UTF-8"),
        (sheet("A\0"), "CSV"),
    ):
        with transaction(), pytest.raises(RuleBroken) as broken:
            plan_file(world.actor("Dee"), world.one(Firm, name="Acme"), "x.csv", data)
        assert expected in " ".join(str(one.sentence) for one in (broken.value, *broken.value.also))


def test_amounts_are_whole_units_of_the_firms_currency_or_of_us_dollars(world):
    with transaction():
        world.one(Firm, name="Acme").currency = "JPY"
    applied(world, currency="JPY")
    assert stands(world)["A1"]["cost_minor"] == 12_000  # a yen has no cents
    with pytest.raises(RuleBroken, match="own currency"):
        planned(world, currency="CAD")


def test_only_a_sponsor_uploads_and_finance_sees_and_another_firm_and_the_staff_find_nothing(world):
    made, acme = applied(world), world.one(Firm, name="Acme")
    row = world.all(EnergyRecommendation)[0]
    for name in ("Finn", "Fay", "Cleo", "Ada"):
        with transaction(), pytest.raises(NotAllowed):
            plan_file(world.actor(name), acme, "x.csv", sheet(*ROWS))
        with transaction(), pytest.raises(NotAllowed):
            withdraw_file(world.actor(name), made)
    one, file = f"/employer/energy-recommendations/{row.public_id}", f"/employer/energy-files/{made.public_id}"
    for name, status in (("Dee", 200), ("Finn", 200), ("Fay", 404), ("Ben", 403), ("Ada", 403), ("Cleo", 403)):
        browser = world.browser_of(name)
        assert (browser.get(one).status_code, browser.get(file).status_code) == (status, status)
    finn = world.browser_of("Finn").get(PAGE).text
    assert "Stop the leaks" in finn
    assert "verified by nobody here" in finn
    assert 'name="file"' not in finn
    assert "Stop the leaks" not in world.browser_of("Fay").get(PAGE).text
    assert world.browser_of("Fay").get(f"{PAGE}?firm={acme.public_id}").status_code == 404


def test_the_staff_sees_it_only_where_the_firm_lets_them_and_the_firm_reads_who_looked(world):
    applied(world)
    acme = world.one(Firm, name="Acme")
    staff, address = world.browser_of("Cleo"), f"/coordinator/energy-assessments/{acme.public_id}"
    assert staff.get(address).status_code == 404
    assert "No firm shares" in staff.get("/coordinator/energy-assessments").text
    with transaction(), pytest.raises(NotAllowed):
        share(world.actor("Finn"), acme, Audience.STAFF)
    dee = world.browser_of("Dee")
    assert dee.post("/employer/energy-audiences", data={"audience": "staff"}).status_code == 303
    assert dee.post("/employer/energy-audiences", data={"audience": "all"}).status_code == 422
    assert "Stop the leaks" in staff.get(address).text
    assert world.browser_of("Ivo").get(address).status_code == 404  # whose site has nobody of the firm
    assert len(world.all(EnergyReading)) == 1
    assert "Cleo" in dee.get(PAGE).text
    dee.post("/employer/energy-audiences", data={"audience": "firm"})
    assert staff.get(address).status_code == 404
    assert len(world.all(EnergyReading)) == 1


def test_a_capstone_begins_from_a_recommendation_with_a_student_of_the_firm_and_no_figure_goes_along(world):
    applied(world)
    row, ada = world.one(EnergyRecommendation, key="A1"), world.enrollment("Ada")
    dee, one = world.browser_of("Dee"), f"/employer/energy-recommendations/{row.public_id}"
    offered = dee.get(one).text
    assert "Recommendation A1 of energy assessment AM9, fiscal year 2019." in offered
    assert "Eli" not in words(offered)
    said = {"title": "Stop the leaks", "problem": "Air leaks"}
    other = dee.post(f"{one}/projects", data={"employee": world.enrollment("Eli").public_id, **said})
    assert other.status_code == 404
    assert dee.post(f"{one}/projects", data={"employee": ada.public_id, "title": "No"}).status_code == 422
    done = dee.post(f"{one}/projects", data={"employee": ada.public_id, **said})
    project = world.one(Project)
    assert done.location.endswith(project.public_id)
    assert (project.title, project.source) == ("Stop the leaks", "Energy assessment AM9, recommendation A1")
    assert world.one(TeamMember).enrollment_id == ada.id
    assert world.one(EnergyProposal).project_id == project.id
    assert world.all(SavingsEntry) == []
    assert one in dee.get(f"/employer/projects/{project.public_id}").text  # the project leads back
    assert project.public_id in dee.get(one).text
    assert [letter.template for letter in world.all(OutboxMessage)] == ["project-begun"]
    ada_sees = world.browser_of("Ada")
    assert "recommendation A1" in ada_sees.get("/student/capstone").text
    reworded = ada_sees.post(f"/student/projects/{project.public_id}/words", data={"title": "Air leaks in bay 2"})
    assert reworded.status_code == 303
    assert "Air leaks in bay 2" in ada_sees.get("/student/capstone").text
    with transaction(), pytest.raises(RuleBroken, match="works on a project already"):
        propose_from(world.actor("Dee"), row, ada, "Another one", "")
    with transaction(), pytest.raises(NotAllowed):
        propose_from(world.actor("Finn"), row, ada, "Another one", "")
    with transaction(), pytest.raises(RuleBroken, match="works for your firm"):
        propose_from(world.actor("Dee"), row, world.enrollment("Eli"), "Another one", "")


def test_the_list_filters_by_status_and_its_export_sent_back_changes_nothing(world):
    applied(world)
    dee = world.browser_of("Dee")
    some = dee.get(f"{PAGE}?status=N").text
    assert "A2" in words(some)
    assert "Stop the leaks" not in some
    assert dee.get(f"{PAGE}?status=Q").status_code == 422
    export = dee.get(f"{PAGE}.csv").data
    table = list(csv.DictReader(io.StringIO(export.decode("utf-8-sig"))))
    assert [row["payback_months"] for row in table] == ["6.0", "24.0", ""]
    assert {row["reported_by"] for row in table} == {"the assessment; not verified"}
    back = planned(world, export)
    assert (back.unchanged, back.changed, back.faults) == (3, 0, 0)


def test_other_headings_come_through_a_mapping_file_and_faults_of_a_file_are_said_on_the_page(world):
    head = HEAD.replace("rec_id", "Nr").replace("impl_cost_usd", "Kosten")
    dee = world.browser_of("Dee")
    refused = sent(dee, sheet(*ROWS, head=head))
    assert refused.status_code == 422
    assert "The column rec_id is missing." in refused.text
    assert "The column impl_cost_usd is missing." in refused.text
    assert "The mapping is not TOML" in sent(dee, sheet(*ROWS), b"= 3").text
    assert "Choose a CSV file" in dee.post("/employer/energy-files").text
    done = sent(dee, sheet(*ROWS, head=head), b'[recommendations]\nrec_id = "Nr"\nimpl_cost_usd = "Kosten"\n')
    made = world.one(EnergyFile)
    assert done.location.endswith(made.public_id)
    assert "What this file would do" in dee.get(done.location).text
    assert dee.post(f"{done.location}/application").status_code == 303
    assert len(stands(world)) == 3
    assert dee.post(f"{done.location}/withdrawal").status_code == 303
    assert stands(world) == {}
    assert dee.post(f"{done.location}/withdrawal").status_code == 422
    assert "No recommendations yet" in dee.get(PAGE).text


class Row:
    """A recommendation as figures see it."""

    def __init__(self, key, cost, saved, currency="USD"):
        self.key, self.cost_minor, self.saved_minor, self.currency = key, cost, saved, currency
        self.status, self.ref = ImplementationStatus.PENDING, FactRef("energy_recommendation", key, None)


AMOUNTS = st.none() | st.integers(-(10**9), 10**9)


@pytest.mark.one_engine
@given(st.lists(st.builds(Row, st.text("AB", min_size=1), AMOUNTS, AMOUNTS, st.sampled_from(["USD", "CAD"]))))
def test_the_steps_of_a_sum_add_up_to_it_and_never_mix_currencies(rows):
    for fold in (total_saved, total_cost):
        for currency in ("USD", "CAD"):
            why = fold(rows, currency)
            *parts, last = why.steps
            assert last.value == why.value
            assert sum(step.value.minor for step in parts) == why.value.minor
            assert {step.value.currency for step in why.steps} == {currency}
            assert len(why.facts) == len(parts)
    for row in rows:
        assert payback(row).steps[-1].value is not None


@pytest.mark.one_engine
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 5), st.sampled_from(["I", "N", ""])), min_size=1))
def test_a_file_that_was_applied_leaves_nothing_to_do_for_the_same_file(rows):
    data = sheet(*(f"{key},AM,1,2019,{status},{cost},EC,1,7,," for key, cost, status in rows))
    plan = plan_of(data, {}, "USD", {})
    assert len(plan.lines) == len(rows)
    after = {line.key: line.new for line in plan.lines if line.kind is Effect.ADDED}
    again = plan_of(data, {}, "USD", after)
    assert again.count(Effect.SAME) == len(after)
    assert again.count(Effect.ADDED) == again.count(Effect.CHANGED) == 0


def test_the_page_asks_the_same_number_of_statements_for_3_and_for_60(world):
    applied(world)
    dee = world.browser_of("Dee")
    with count_statements() as few:
        assert dee.get(PAGE).status_code == 200
    applied(world, sheet(*(f"B{number},AM9,1,2019,P,1,EC,1,1,,x" for number in range(57))))
    with count_statements() as many:
        assert dee.get(PAGE).status_code == 200
    assert few.count == many.count


@pytest.mark.one_engine
def test_the_api_plans_applies_lists_explains_and_withdraws(world):
    acme = world.one(Firm, name="Acme").public_id
    dee, finn, cleo = (caller(world, name) for name in ("Dee", "Finn", "Cleo"))
    files, recommendations = f"/firms/{acme}/energy-files", f"/firms/{acme}/energy-recommendations"
    body = {"rows": sheet(*ROWS).decode()}
    assert finn.post(files, json=body).status_code == 403
    made = dee.post(files, json=body)
    assert made.status_code == 201, made.text
    assert [line["effect"] for line in made.json["lines"]] == ["added"] * 3
    one = f"/energy-files/{made.json['id']}"
    assert dee.post(f"{one}/application").json["applied_at"]
    (row,) = finn.get(f"{recommendations}?status=I").json["items"]
    assert (row["payback_months"], row["is_verified"], row["cost"]["amount"]) == ("6.0", False, "12000.00")
    why = finn.get(f"{recommendations}/explain").json
    assert why["steps"][-1]["value"] == why["value"]
    assert len(why["facts"]) == 3
    assert finn.get(f"/energy-recommendations/{row['id']}/explain").json["rule"].startswith("Cost times twelve")
    shared = f"/firms/{acme}/shared-energy-recommendations"
    assert cleo.get(shared).status_code == 404
    assert dee.post(f"/firms/{acme}/energy-audiences", json={"audience": "staff"}).json == {"audience": "staff"}
    assert len(cleo.get(shared).json["items"]) == 3
    begun = {"enrollment": world.enrollment("Ada").public_id, "title": "Stop the leaks"}
    project = dee.post(f"/energy-recommendations/{row['id']}/projects", json=begun)
    assert (project.status_code, project.json["state"]) == (201, "proposed")
    assert finn.get(f"/energy-recommendations/{row['id']}").json["projects"] == [project.json["id"]]
    assert dee.post(f"{one}/withdrawal").json["lines"][0]["was_withdrawn"] is True
    assert finn.get(recommendations).json["items"] == []
