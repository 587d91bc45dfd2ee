"""The sponsor reports a saving on one screen, with what shows it; the file is kept, and given to few."""

import hashlib
import io
from dataclasses import replace

import pytest

from lms.capstone.lines.rules.kinds import Isolation, Stream
from lms.capstone.savings.models import Evidence, EvidenceKind, Posting
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import EntryKind, Level
from lms.capstone.savings.rules.reporting import Every, Saving
from lms.capstone.savings.rules.rows import line_total
from lms.capstone.savings.services.evidence import add_evidence
from lms.capstone.savings.services.reporting import report_saving
from lms.capstone.savings.services.verifying import verify
from lms.hub.competencies.files import keep_proof
from lms.kernel import audit
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.kernel.storage import named_files
from tests.capstone.stage import claim, lines, live, started

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
SAVING = Saving("Scrap at press 4", 100_000, Every.MONTH, "Scrap tickets before and after", Isolation.TREND_LINE)
FORM = {
    "title": "Scrap at press 4", "amount": "1000.00", "every": "month", "basis": "Scrap tickets before and after",
    "isolation": "trend_line", "stream": "waste", "benefit_class": "hard_pl", "kind": "photo", "reference": "",
    "hours_proof": "", "request_key": "once",
}  # fmt: skip


def photo(name="press.png"):
    return keep_proof(name, io.BytesIO(PNG))


def test_the_sponsor_reports_a_saving_with_its_photo_and_finance_verifies_it(world):
    project, dee = live(world), world.actor("Dee")
    for _ in range(2):  # a double tap is one claim
        with transaction():
            posting = report_saving(dee, project, SAVING, file=photo(), request_key="once")
    assert [row.kind for row in world.all(Posting) if row.kind is EntryKind.CLAIM] == [EntryKind.CLAIM]
    (row,) = world.all(Evidence)
    assert (row.sha256, row.kind) == (hashlib.sha256(PNG).hexdigest(), EvidenceKind.PHOTO)
    with transaction():
        assert row.sha256 in named_files()
        ledger = ledger_of(project)
    assert ledger.states[posting.id].level is Level.REPORTED
    assert line_total(ledger, posting.line_id, Level.REPORTED) == 1_200_000
    letters = {message.template for message in world.all(OutboxMessage)}
    assert {"saving-to-verify", "saving-changed"} <= letters
    assert any(entry.action == "savings:report" for entry in world.all(audit.AuditEntry))
    with pytest.raises(NotAllowed), transaction():
        verify(dee, posting, 1_200_000, "5100-22")  # the sponsor has no finance relation
    with transaction():
        verify(world.actor("Finn"), posting, 1_200_000, "5100-22")
    with transaction():
        assert ledger_of(project).states[posting.id].level is Level.VERIFIED


@pytest.mark.one_engine
def test_everything_that_is_missing_is_named_at_once_and_nothing_is_written(world):
    early, dee = started(world), world.actor("Dee")
    with pytest.raises(RuleBroken, match="after the change went live"), transaction():
        report_saving(dee, early, SAVING, file=photo())
    for wrong in ("Ada", "Finn", "Ben", "Gus", "Fay"):
        with pytest.raises(NotAllowed), transaction():
            report_saving(world.actor(wrong), early, SAVING, file=photo())
    project, browser = live(world, student="Ada"), world.browser_of("Dee")
    with pytest.raises(RuleBroken) as caught, transaction():
        report_saving(dee, project, replace(SAVING, title="", amount_minor=0, basis=" ", isolation=None))
    assert [one.field for one in (caught.value, *caught.value.also)] == [
        "title",
        "amount",
        "basis",
        "isolation",
        "file",
    ]
    with pytest.raises(RuleBroken, match="overtime"), transaction():
        report_saving(dee, project, replace(SAVING, stream=Stream.LABOR), file=photo())
    url = f"/employer/projects/{project.public_id}/reported-savings"
    sent = {**FORM, "file": (io.BytesIO(b"<html>no picture</html>"), "press.png")}
    refused = browser.post(url, data=sent, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert 'id="file-error"' in refused.text
    assert world.all(Evidence) == []
    assert [row for row in world.all(Posting) if row.kind is EntryKind.CLAIM] == []


@pytest.mark.one_engine
def test_one_form_without_javascript_reports_it_and_keeps_what_was_typed(world):
    project = live(world)
    dee, finn = world.browser_of("Dee"), world.browser_of("Finn")
    assert f"/employer/projects/{project.public_id}/saving" in dee.get(f"/employer/projects/{project.public_id}").text
    assert 'enctype="multipart/form-data"' in dee.get(f"/employer/projects/{project.public_id}/saving").text
    url = f"/employer/projects/{project.public_id}/reported-savings"
    wrong = dee.post(url, data={**FORM, "basis": ""})
    assert wrong.status_code == 422
    assert "How do you know?" in wrong.text
    assert "Attach a photo" in wrong.text
    assert 'value="1000.00"' in wrong.text
    done = dee.post(url, data={**FORM, "file": (io.BytesIO(PNG), "press 4.png")}, content_type="multipart/form-data")
    assert done.status_code == 303
    claimed = world.all(Posting, kind=EntryKind.CLAIM)[0].public_id
    page = finn.get(f"/employer/claims/{claimed}/verification").text
    assert "press 4.png" in page
    assert hashlib.sha256(PNG).hexdigest()[:12] in page
    address = f"/employer/evidence/{world.one(Evidence).public_id}/file"
    file = finn.get(address)
    assert file.data == PNG
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert dee.get(address).status_code == 200
    for name, status in (("Fay", 404), ("Gus", 403), ("Ada", 403), ("Cleo", 403), ("Sam", 403)):
        assert world.browser_of(name).get(address).status_code == status, name


@pytest.mark.one_engine
def test_evidence_comes_beside_a_claim_a_report_and_a_verification(world):
    project = live(world)
    (line,) = lines(world, project)
    posting = claim(world, line).public_id
    ada, dee, finn = (world.browser_of(name) for name in ("Ada", "Dee", "Finn"))
    sent = {"kind": "invoice", "reference": "", "file": (io.BytesIO(PNG), "theirs.png")}
    assert ada.post(f"/student/lines/{line.public_id}/evidence", data=sent).status_code == 303
    sent = {"kind": "photo", "comment": "Seen", "file": (io.BytesIO(PNG + b"\n"), "report.png")}
    assert dee.post(f"/employer/claims/{posting}/reports", data=sent).status_code == 303
    assert "What shows it?" in dee.post(f"/employer/claims/{posting}/evidence", data={"comment": ""}).text
    sent = {"amount": "12000.00", "account": "5100", "reason": "other"}
    sent |= {"kind": "gl_extract", "reference": "GL 5100, page 2"}
    assert finn.post(f"/employer/claims/{posting}/verifications", data=sent).status_code == 303
    page = finn.get(f"/employer/claims/{posting}").text
    for word in ("theirs.png", "report.png", "GL 5100, page 2"):
        assert word in page
    own, theirs = (row.public_id for row in world.all(Evidence) if row.sha256)
    assert ada.get(f"/student/evidence/{own}/file").data == PNG
    assert ada.get(f"/student/evidence/{theirs}/file").status_code == 404
    with pytest.raises(NotAllowed), transaction():
        add_evidence(world.actor("Gus"), line, EvidenceKind.PHOTO, "", photo())
