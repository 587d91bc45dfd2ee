"""Records of those who left are listed with their times; a legal hold is set and lifted, and nothing goes."""

from datetime import timedelta

import time_machine

from lms.hub.enrollment.kinds import StatusReason
from lms.hub.enrollment.services import withdraw
from lms.hub.retention.models import LegalHold
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from tests.hub.hours.weeks import log_week
from tests.support.web import NOW, World


def test_a_hold_is_set_shown_and_lifted_and_can_be_asked_for_as_of_a_day(world: World) -> None:
    log_week(world)
    with transaction():
        withdraw(world.actor("Cleo"), world.enrollment("Ada"), NOW.date(), StatusReason.WORK)
    gus = world.browser_of("Gus")
    assert "Nobody's records are held." in gus.get("/admin/retention").text
    form = {"email": "ada@example.org", "reason": "A complaint is open."}
    assert "Say why" in gus.post("/admin/retention/holds", data={**form, "reason": ""}).text
    assert "nobody with this address" in gus.post("/admin/retention/holds", data={**form, "email": "x@y.org"}).text
    assert gus.post("/admin/retention/holds", data=form).status_code == 303
    page = gus.get("/admin/retention").text
    assert "A complaint is open." in page
    assert ",held\r\n" in gus.get("/admin/retention.csv").text
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        gus, person = world.browser_of("Gus"), world.person("Ada").public_id
        lifting = f"/admin/retention/holds/{person}/lifting"
        assert gus.post(lifting, data={"reason": ""}).status_code == 422
        assert gus.post(lifting, data={"reason": "It was settled."}).status_code == 303
        assert "not held" in gus.post(lifting, data={"reason": "Again."}).text
        assert ",held" not in gus.get("/admin/retention.csv").text
        assert ",held" in gus.get(f"/admin/retention.csv?as_of={NOW.date()}").text
    assert len(world.all(LegalHold)) == 2
    assert len(world.all(AuditEntry, action="hold:set")) >= 2
