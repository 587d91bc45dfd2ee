"""The audit pack: complete, checkable, as of any moment, and only for those who may."""

import csv
import hashlib
import io
import zipfile
from datetime import timedelta

import pikepdf
import pytest

from lms.hub.cohorts.models import Cohort
from lms.hub.hours.models import HoursEntry, SheetEvent
from lms.hub.hours.rules.sheet import Step
from lms.hub.hours.services.decisions import approve_many
from lms.hub.hours.services.entries import remove_entry
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, NotFresh
from lms.people.access import Action
from lms.reports.hours.pack import Pack
from lms.reports.hours.services import pack_cohort, pack_student
from tests.hub.hours.weeks import hand_in, log_week, part_of
from tests.support.web import NOW, World


def rows(pack: Pack, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pack.files[name].decode("utf-8-sig"))))


def approved_week(world: World) -> None:
    log_week(world)
    hand_in(world, "Ada")
    found = part_of(world)
    with transaction():
        handed = world.all(SheetEvent)[-1]
        (decided,) = approve_many(world.actor("Ben"), [found], {found.public_id: handed.content_sha256 or ""})
        assert decided.event is not None


def test_the_pack_holds_every_row_and_who_signed_it(world: World) -> None:
    approved_week(world)
    with transaction():
        pack = pack_student(world.actor("Cleo"), world.enrollment("Ada"))
    assert [row["state"] for row in rows(pack, "hours.csv")] == ["stands"] * len(world.all(HoursEntry))
    steps = [(row["step"], row["by"]) for row in rows(pack, "signatures.csv")]
    assert steps == [("submitted", "Ada"), ("approved", "Ben")]
    (approval,) = [event for event in world.all(SheetEvent) if event.step is Step.APPROVED]
    assert rows(pack, "signatures.csv")[-1]["content_sha256"] == approval.content_sha256


def test_what_was_removed_is_still_in_the_pack(world: World) -> None:
    log_week(world, minutes=120)
    with transaction():
        remove_entry(world.actor("Ada"), world.one(HoursEntry))
        pack = pack_student(world.actor("Cleo"), world.enrollment("Ada"))
    assert [row["state"] for row in rows(pack, "hours.csv")] == ["replaced", "removal"]


def test_the_pack_of_a_past_moment_knows_nothing_later(world: World) -> None:
    log_week(world)
    with transaction():
        before = pack_student(world.actor("Cleo"), world.enrollment("Ada"), NOW - timedelta(minutes=1))
    assert rows(before, "hours.csv") == []


def test_the_manifest_proves_each_file(world: World) -> None:
    approved_week(world)
    with transaction():
        pack = pack_student(world.actor("Ada"), world.enrollment("Ada"))
    with zipfile.ZipFile(io.BytesIO(pack.zipped())) as archive:
        listed = dict(reversed(line.split("  ")) for line in archive.read("MANIFEST.txt").decode().splitlines())
        assert set(listed) == set(archive.namelist()) - {"MANIFEST.txt"}
        assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in listed.items())


def test_the_pdf_is_tagged_and_has_a_page_for_each_student(world: World) -> None:
    approved_week(world)
    with transaction():
        pack = pack_cohort(world.actor("Cleo"), world.one(Cohort))
    with pikepdf.open(io.BytesIO(pack.files["hours.pdf"])) as pdf:
        assert len(pdf.pages) == 2  # Ada and Zoe, Cleo's students
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == "en"


def test_a_coordinator_packs_only_the_own_sites_students(world: World) -> None:
    log_week(world, "Ada", minutes=60)
    log_week(world, "Eli", minutes=60)
    with transaction():
        pack = pack_cohort(world.actor("Ivo"), world.one(Cohort))
    assert {row["student"] for row in rows(pack, "hours.csv")} == {"Eli"}


def test_a_pack_leaves_an_audit_entry(world: World) -> None:
    with transaction():
        pack_student(world.actor("Cleo"), world.enrollment("Ada"))
    entry = world.one(AuditEntry, action=Action.HOURS_EXPORT)
    assert entry.subject_id == world.enrollment("Ada").public_id


@pytest.mark.parametrize("name", ["Zoe", "Hana", "Ivo", "Dee", "Finn", "Sam"])
def test_nobody_else_packs_a_students_hours(world: World, name: str) -> None:
    with pytest.raises(NotAllowed), transaction():
        pack_student(world.actor(name), world.enrollment("Ada"))


def test_the_pack_of_a_site_asks_for_the_password_again(world: World) -> None:
    later = world.actor("Cleo")
    object.__setattr__(later, "fresh_until", NOW - timedelta(minutes=1))
    with pytest.raises(NotFresh), transaction():
        pack_cohort(later, world.one(Cohort))
