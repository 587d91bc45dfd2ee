"""Two years of a cohort and the next one: what was shown on any past day is what is shown as of that day, exactly."""

import io
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from lms.hub.calendar.services.sessions import schedule_weekly
from lms.hub.catalog.models import Unit
from lms.hub.competencies.files import keep_proof
from lms.hub.credits.models import CreditRequest
from lms.hub.credits.rules import Outcome, RulingKind
from lms.hub.credits.services import ask_credit, decide_credit, rule_requirement
from lms.hub.enrollment.kinds import LeaveKind, Shift, Status, StatusReason
from lms.hub.enrollment.models import Accommodation, LeaveRequest
from lms.hub.enrollment.queries import changes_of, leaves_of, planned_courses, standing
from lms.hub.enrollment.rules.history import Stage
from lms.hub.enrollment.services import (
    apply,
    change_status,
    employ,
    end_employment,
    end_leave,
    place,
    withdraw,
)
from lms.hub.enrollment.services.accommodations import Terms, end_accommodation, give_accommodation
from lms.hub.enrollment.services.history import correct_change, record_last_attendance, restore
from lms.hub.enrollment.services.leaves import ask_leave, decide_leave, move_return
from lms.hub.enrollment.services.moves import set_start, transfer_cohort
from lms.hub.enrollment.versions import versions_of
from lms.hub.grading.grades import grades_of_many
from lms.kernel.db import session, transaction
from lms.people.accounts.models import Person
from lms.people.orgs.models import Firm
from tests.hub.calendar.made import LAB
from tests.hub.competencies.made import PDF
from tests.journeys import shown as pages
from tests.journeys.shown import Asked, Shown, differing, shown
from tests.journeys.two_years import TwoYears
from tests.support.cast import email_of
from tests.support.web import World

SEED = 20_260_907
WEEKS = 104
MS = "course:MS"
DAY = timedelta(days=1)


def in_days(story: TwoYears, days: int) -> date:
    return story.today + days * DAY


def ask(s: TwoYears, name: str, first: int, last: int) -> None:
    ask_leave(s.actor(name), s.of[name], LeaveKind.FAMILY, in_days(s, first), in_days(s, last), "A newborn.")


def grant(s: TwoYears, name: str) -> None:
    request = standing(LeaveRequest, s.of[name])[-1]
    decide_leave(s.office(name), s.of[name], request, is_granted=True, reason="Congratulations.")


def longer(s: TwoYears, name: str, days: int) -> None:
    leave = leaves_of(s.of[name])[-1]
    move_return(s.office(name), s.of[name], leave, leave.to_day + days * DAY, "The doctor says so.")


def put_right(s: TwoYears, name: str) -> None:
    wrong = changes_of(s.of[name])[s.of[name].id][-1]
    right = Stage(wrong.status, wrong.effective_on + 2 * DAY, wrong.reason)
    correct_change(s.office(name), s.of[name], wrong, right, "It was a Wednesday.")


def credit(s: TwoYears, outcome: Outcome) -> None:
    request = standing(CreditRequest, s.of["Ada"])[-1]
    decide_credit(s.office("Ada"), request, outcome, None, "The certificate shows it.")


def helped(s: TwoYears, name: str) -> None:
    terms = Terms(in_days(s, 0), time_factor_bp=15_000, extra_days=3)
    give_accommodation(s.office(name), s.of[name], terms, "A letter is on file.")


def helped_until(s: TwoYears, name: str) -> None:
    given = standing(Accommodation, s.of[name])[-1]
    end_accommodation(s.office(name), s.of[name], given, in_days(s, 0), "Healed.")


def works_for(s: TwoYears, name: str, firm: str) -> None:
    employ(s.office(name), s.of[name], s.world.one(Firm, name=firm), Shift.NIGHT, in_days(s, 0))


def comes(s: TwoYears) -> None:
    """Nia, who is nobody's yet, applies for the second cohort."""
    nia = Person(name="Nia", email=email_of("Nia"), created_at=s.moment)
    session.add(nia)
    session.flush()
    s.joins("Nia", apply(s.actor("Cleo"), s.section("Lowell 2027"), nia, in_days(s, 0)))


def status(s: TwoYears, name: str, to: Status, reason: StatusReason = StatusReason.START) -> None:
    change_status(s.actor("Gus"), s.of[name], to, in_days(s, 0), reason)


def goes_over(s: TwoYears) -> None:
    """Zoe goes on in the second cohort."""
    there, zoe = s.section("Lowell 2027"), s.world.person("Zoe")
    s.joins("Zoe", transfer_cohort(s.actor("Gus"), s.of["Zoe"], zoe, there, in_days(s, 0), "A year later."))


def labs(s: TwoYears, name: str, unit: str, weeks: tuple[int, int]) -> None:
    rows = sorted(s.world.all(Unit, code=unit), key=lambda row: row.id)
    schedule_weekly(s.actor("Gus"), s.section(name), rows[-1], 3, LAB, weeks)


SCRIPT: list[tuple[int, str, Callable[[TwoYears], object]]] = [
    (0, "labs", lambda s: labs(s, "Lowell", "ROB-1", (9, 20))),
    (0, "spoke offered", lambda s: s.offer("ROB")),
    (2, "spoke chosen", lambda s: s.choose("Ada", "ROB")),
    (2, "spoke chosen", lambda s: s.choose("Zoe", "ROB")),
    (3, "spoke given", lambda s: s.answer("Ada", is_given=True)),
    (3, "spoke declined", lambda s: s.answer("Zoe", is_given=False)),
    (4, "spoke chosen", lambda s: s.choose("Zoe", "ROB")),
    (5, "spoke given", lambda s: s.answer("Zoe", is_given=True)),
    (4, "late start", lambda s: set_start(s.office("Eli"), s.of["Eli"], 2, "Came back from abroad.")),
    (5, "accommodation", lambda s: helped(s, "Zoe")),
    (6, "leave asked", lambda s: ask(s, "Eli", 14, 35)),
    (7, "leave granted", lambda s: grant(s, "Eli")),
    (8, "version", lambda s: s.version_2()),
    (9, "break", lambda s: s.closed(12, 1, "Lowell")),
    (10, "break undone", lambda s: s.open_again()),
    (10, "leave extended", lambda s: longer(s, "Eli", 10)),
    (12, "migrated", lambda s: s.migrate("Ada", 2)),
    (13, "break", lambda s: s.closed(15, 4)),
    (14, "back from leave", lambda s: end_leave(s.office("Eli"), s.of["Eli"], in_days(s, 0))),
    (16, "section moved", lambda s: place(s.actor("Cleo"), s.of["Zoe"], s.section("Providence"), in_days(s, 3))),
    (18, "withdrawn", lambda s: withdraw(s.office("Eli"), s.of["Eli"], in_days(s, -1), StatusReason.WORK)),
    (19, "last attendance", lambda s: record_last_attendance(
        s.office("Eli"), s.of["Eli"], in_days(s, -10), None, "By the instructor's word.")),
    (19, "credit asked", lambda s: ask_credit(
        s.actor("Ada"), s.of["Ada"], MS, None, "Ten years of it.", keep_proof("letter.pdf", io.BytesIO(PDF)))),
    (20, "credit granted", lambda s: credit(s, Outcome.GRANTED)),
    (21, "waived", lambda s: rule_requirement(s.office("Zoe"), s.of["Zoe"], MS, RulingKind.WAIVED, "Taught it.")),
    (22, "restored", lambda s: restore(s.office("Eli"), s.of["Eli"], in_days(s, 0), "The job fell through.")),
    (23, "firm left", lambda s: end_employment(s.office("Ada"), s.of["Ada"], in_days(s, 0))),
    (24, "status corrected", lambda s: put_right(s, "Eli")),
    (25, "version", lambda s: s.version_3()),
    (26, "firm", lambda s: works_for(s, "Ada", "Bolt")),
    (28, "credit taken back", lambda s: credit(s, Outcome.REVOKED)),
    (29, "waiver lifted", lambda s: rule_requirement(
        s.office("Zoe"), s.of["Zoe"], MS, RulingKind.LIFTED, "She asked for it.")),
    (30, "migrated", lambda s: s.migrate("Zoe", 3)),
    (33, "accommodation ended", lambda s: helped_until(s, "Zoe")),
    (34, "migrated", lambda s: s.migrate("Ada", 3)),
    (38, "migrated", lambda s: s.migrate("Ada", 2)),
    (42, "migrated", lambda s: s.migrate("Ada", 3)),
    (49, "cohort", lambda s: s.second_cohort()),
    (50, "spoke offered", lambda s: s.offer("WLD")),
    (50, "applied", comes),
    (50, "offered", lambda s: status(s, "Nia", Status.OFFERED)),
    (51, "enrolled", lambda s: status(s, "Nia", Status.ENROLLED)),
    (51, "completed", lambda s: status(s, "Ada", Status.COMPLETED, StatusReason.FINISHED)),
    (51, "cohort left", goes_over),
    (52, "active", lambda s: status(s, "Nia", Status.ACTIVE)),
    (53, "labs", lambda s: labs(s, "Lowell 2027", "WLD-1", (8, 16))),
    (54, "spoke chosen", lambda s: s.choose("Nia", "WLD")),
    (55, "spoke given", lambda s: s.answer("Nia", is_given=True)),
    (56, "firm", lambda s: works_for(s, "Nia", "Acme")),
    (58, "leave asked", lambda s: ask(s, "Nia", 7, 20)),
    (59, "leave granted", lambda s: grant(s, "Nia")),
    (60, "break", lambda s: s.closed(62, 2)),
    (62, "back from leave", lambda s: end_leave(s.office("Nia"), s.of["Nia"], in_days(s, 0))),
    (64, "late start", lambda s: set_start(s.office("Zoe"), s.of["Zoe"], 3, "Her old cohort kept her longer.")),
    (70, "section moved", lambda s: place(
        s.actor("Cleo"), s.of["Nia"], s.section("Providence 2027"), in_days(s, 2))),
    (74, "withdrawn", lambda s: withdraw(s.office("Zoe"), s.of["Zoe"], in_days(s, -1), StatusReason.HEALTH)),
    (80, "restored", lambda s: restore(s.office("Zoe"), s.of["Zoe"], in_days(s, 0), "She is well again.")),
    (88, "accommodation", lambda s: helped(s, "Nia")),
]  # fmt: skip
DRAWN = ("hours logged", "week handed in", "week returned", "week approved", "hours adjusted", "hand_in", "grade",
         "released", "regraded", "extension", "extension lifted", "section deadline")  # fmt: skip


@pytest.fixture
def story(world: World) -> TwoYears:
    return TwoYears(world, SEED)


def look(story: TwoYears, asked: Asked, as_of: datetime | None = None) -> Shown:
    """What Gus, who may read everything, is shown."""
    gus = story.actor("Gus")
    with transaction(write=False):
        return shown(gus, asked, as_of)


def played(story: TwoYears) -> list[tuple[datetime, Asked, Shown]]:
    """The two years; every fourth week, and after each other week with a scripted deed, what was shown then."""
    seen = []
    story.set_work()
    for week in range(WEEKS):
        story.until(week)
        deeds = [(what, deed) for when, what, deed in SCRIPT if when == week]
        for what, deed in deeds:
            assert story.do(lambda deed=deed: deed(story), what), (what, story.refused[what])
        if week:
            story.week(week)
        if week % 4 == 0 or (deeds and week % 2):
            story.moment += timedelta(hours=1)
            with time_machine.travel(story.moment, tick=False):
                with transaction(write=False):
                    asked = story.asked()
                seen.append((story.moment, asked, look(story, asked)))
            story.moment += timedelta(hours=1)
    return seen


@pytest.mark.timeout(300)  # two years on a machine that does other things too
def test_every_past_state_of_two_years_is_shown_as_it_was_shown_then(
    story: TwoYears, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = played(story)
    assert not [what for what in DRAWN if not story.done[what]], story.refused
    with time_machine.travel(datetime(2028, 9, 20, 14, tzinfo=UTC), tick=False):
        wrong = {}
        for moment, asked, then in seen:
            if different := differing(then, look(story, asked, moment)):
                wrong[f"{moment:%Y-%m-%d}"] = different
        assert not wrong
        assert len(seen) >= 40
        the_comparison_notices_what_was_learned_later(story, seen, monkeypatch)


def the_comparison_notices_what_was_learned_later(
    story: TwoYears, seen: Sequence[tuple[datetime, Asked, Shown]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: another instant, or one query that forgets its `as_of`, and past and present differ."""
    moment, asked, then = seen[12]
    assert "plan" not in differing(then, look(story, asked, moment))
    assert {"plan", "version", "work"} <= set(differing(then, look(story, asked, seen[-1][0])))
    assert differing(then, look(story, asked, seen[13][0]))
    for name, forgetful in (("version", versions_of), ("plan", planned_courses), ("grades", grades_of_many)):
        with monkeypatch.context() as patch:
            patch.setattr(pages, forgetful.__name__, lambda rows, _as_of=None, of=forgetful, **_: of(rows))
            assert name in differing(then, look(story, asked, moment))
