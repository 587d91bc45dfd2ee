"""Reference files: loaded in one command, resumed, never twice; bands that say what they are."""

import pytest
from sqlalchemy import func, select

from lms.capstone.lines.rules.kinds import Stream
from lms.capstone.reference import services
from lms.capstone.reference.models import FileKind, ReferenceFile, ReferenceRecommendation
from lms.capstone.reference.queries import list_bands, status_totals
from lms.capstone.reference.rules.bands import bands_of, rank
from lms.capstone.reference.rules.reading import RECOMMENDATIONS, Form, Unreadable
from lms.capstone.reference.services import Reading, make_bands, open_file
from lms.capstone.reference.verify import differences
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.people.access import NOWHERE, SYSTEM
from lms.people.orgs.models import Firm
from tests.capstone.iac import HEAD, PLANT_HEAD, made_up, write
from tests.capstone.stage import draft, live


def load(runner, *arguments):
    return runner.invoke(args=["import-iac", *map(str, arguments)])


def count():
    with transaction(write=False):
        return session.scalar(select(func.count()).select_from(ReferenceRecommendation))


def test_p22_a_file_is_loaded_in_one_command_and_its_totals_are_those_of_its_rows(world, tmp_path):
    plants, rows = made_up()
    runner = world.app.test_cli_runner()
    file = write(tmp_path / "recommendations.csv.gz", HEAD, rows)
    done = load(runner, file, "--plants", write(tmp_path / "plants.csv", PLANT_HEAD, plants))
    assert done.exit_code == 0, done.output
    with transaction(write=False):
        totals = {total.status.value if total.status else "": total for total in status_totals()}
        bands = list_bands()
        assert list(differences()) == []
    for status, total in totals.items():
        mine = [row for row in rows if row[4] == status]
        assert total.count == len(mine)
        assert total.saved_minor == 100 * sum(int(row[8] or 0) for row in mine)
        assert total.cost_minor == 100 * sum(int(row[5] or 0) for row in mine)
    assert {band.dimension for band in bands} == {"stream", "sector"}
    assert all(band.q50_minor is None for band in bands if not band.is_shown)
    again = load(runner, file)
    assert "loaded already" in again.output
    assert count() == len(rows)
    page = world.browser_of("Gus").get("/admin/reference-data").get_data(as_text=True)
    assert "recommendations.csv.gz" in page
    assert world.browser_of("Dee").get("/admin/reference-data").status_code == 403


def test_a_stopped_import_goes_on_where_it_was_and_a_later_file_corrects_rows(world, tmp_path, monkeypatch):
    monkeypatch.setattr(services, "ROWS_AT_ONCE", 50)
    _, rows = made_up()
    file = write(tmp_path / "rows.csv", HEAD, rows)
    with transaction():
        opened = open_file(SYSTEM, NOWHERE, file, FileKind.RECOMMENDATIONS)
    reading = Reading(file, opened)
    for _ in range(2):
        with transaction():
            session.add(opened)
            reading.piece()
    assert count() == 100
    runner = world.app.test_cli_runner()
    done = load(runner, file)
    assert "goes on after row 100" in done.output
    assert count() == len(rows)
    changed = [(*row[:4], "I", "77", *row[6:]) if row is rows[0] else row for row in rows]
    assert load(runner, write(tmp_path / "later.csv", HEAD, changed)).exit_code == 0
    assert count() == len(rows)
    with transaction(write=False):
        first = session.scalars(select(ReferenceRecommendation).filter_by(recommendation=rows[0][0])).one()
        assert (first.status.value, first.cost_minor) == ("I", 7_700)
        assert list(differences()) == []


@pytest.mark.one_engine
def test_other_heads_come_through_a_mapping_and_bad_files_and_rows_are_named(world, tmp_path):
    _, rows = made_up(plants=8)
    head = ("SUPERID", "ID", "NO", "FY", "IMPSTATUS", "IMPCOST", "PSOURCCODE", "Q", "PSAVED", "ARC2")
    rows = [(*row[:9], "2.7142") for row in rows]
    rows[1] = (*rows[1][:4], "X", *rows[1][5:])
    file, mapping = write(tmp_path / "doe.csv", head, rows), tmp_path / "map.toml"
    runner = world.app.test_cli_runner()
    refused = load(runner, file)
    assert refused.exit_code == 1
    assert "rec_id is missing" in refused.output
    assert world.all(ReferenceFile) == []
    mapping.write_text(
        '[recommendations]\nrec_id = "SUPERID"\nassessment_id = "ID"\nrec_no = "NO"\nfy = "FY"\n'
        'status = "IMPSTATUS"\nimpl_cost_usd = "IMPCOST"\nresource = "PSOURCCODE"\nprimary_saved_usd = "PSAVED"\n'
        'arc_code = "ARC2"\n'
    )
    done = load(runner, file, "--mapping", mapping)
    assert done.exit_code == 0, done.output
    assert 'row 3, column status: "X" is not I, N, P, K or nothing.' in done.output
    assert count() == len(rows) - 1
    with transaction(write=False):
        assert ("arc", "2.7") in {(band.dimension, band.key) for band in list_bands()}
    mapping.write_text('[recommendations]\nnothing = "X"\n')
    assert "is no column here" in load(runner, file, "--mapping", mapping).output
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00")
    assert load(runner, tmp_path / "bad.csv").exit_code == 1
    with pytest.raises(NotAllowed), transaction():
        make_bands(world.actor("Gus"), NOWHERE)


@pytest.mark.one_engine
def test_bands_stand_beside_a_projects_lines_with_their_source_and_years(world, tmp_path):
    plants, rows = made_up(plants=90, tall=3.5)
    load(world.app.test_cli_runner(), write(tmp_path / "r.csv", HEAD, rows), "--plants",
         write(tmp_path / "p.csv", PLANT_HEAD, plants))  # fmt: skip
    with transaction():
        world.one(Firm, name="Acme").naics = "332710"
    project = live(world, {"Compressor leaks": draft(10_000, stream=Stream.ELECTRICITY)})
    page = world.browser_of("Dee").get(f"/employer/projects/{project.public_id}").get_data(as_text=True)
    assert "Industrial Assessment Centers" in page
    assert "in the lowest quarter" in page
    assert "NAICS 332" in page
    assert "nobody verified" in page


def test_percentiles_are_amounts_that_really_stand_there():
    assert [rank([1, 2, 3, 4], percent) for percent in (25, 50, 75, 95)] == [1, 2, 3, 4]
    assert rank([7], 50) == 7
    assert bands_of([]) == []


def test_a_cell_that_means_nothing_says_what_was_expected():
    form = Form(RECOMMENDATIONS, HEAD, {})
    row = ["A1", "A", "1", "2020", "i", "$1,250.50", "EC", "3.5", "-12", "2"]
    read = form.read(row)
    assert (read["cost_minor"], read["quantity"], read["saved_minor"]) == (125_100, 4, -1_200)
    for place, text in ((0, ""), (3, "1066"), (4, "Q"), (5, "many"), (8, "NaN")):
        with pytest.raises(Unreadable):
            form.read([text if number == place else cell for number, cell in enumerate(row)])
    with pytest.raises(RuleBroken, match="missing"):
        Form(RECOMMENDATIONS, HEAD[1:], {})
