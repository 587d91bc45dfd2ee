"""Sample progress reviews: three first ones, signed by all, by some and by the student alone, and a second one."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from lms.hub.reviews.kinds import Party, Settlement
from lms.hub.reviews.models import ProgressReview
from lms.hub.reviews.queries.reading import review_of
from lms.hub.reviews.services.signing import sign_review
from lms.hub.reviews.services.writing import (
    agree_action,
    ask_signatures,
    begin_review,
    settle_action,
    write_review,
)
from lms.people.accounts.models import Person
from lms.sample.stage import Learner, Stage

FIRST_WEEK, SECOND_WEEK = 13, 26
NOTES = (
    "Labs go well. The Monday lecture falls into the shift change; the recording helps (sample).",
    "Hours are steady. Wants more time at the robot cell (sample).",
    "Behind since the audit at the plant; two longer weeks are agreed (sample).",
)
AGREED = (
    ("Keep Thursday afternoons free for the capstone.", Party.SUPERVISOR, 21),
    ("Log hours on the day itself.", Party.STUDENT, 14),
    ("Show the gauge study in the next lab.", Party.INSTRUCTOR, 28),
)


class ProgressPart:
    """Reviews at Lowell, held by the section's instructor."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def plan(self) -> None:
        """Begun on Wednesday, talked about and signed in the days after."""
        for place, learner in enumerate(self.stage.rooms[0].learners[:3]):
            self._at(FIRST_WEEK, place, partial(self._first, learner, place))
        self._at(SECOND_WEEK, 1, partial(self._second, self.stage.rooms[0].learners[0]))

    def _at(self, week: int, weekday: int, deed: Callable[[], None]) -> None:
        self.stage.timeline.at(self.stage.instant(week, weekday, 15), deed)

    def _first(self, learner: Learner, place: int) -> None:
        row = self._held(learner, 1, place)
        signers = [learner.person]
        if place < 2:
            signers.append(learner.section.instructor)
        if place == 0 and learner.firm.supervisor is not None:
            signers.append(learner.firm.supervisor)
        for person in signers:
            self._sign(row, person)

    def _held(self, learner: Learner, number: int, place: int) -> ProgressReview:
        """Begun, written, agreed on and waiting for the signatures."""
        teacher, today = self.stage.actor(learner.section.instructor), self.stage.today()
        row = begin_review(teacher, learner.enrollment, number)
        write_review(teacher, row, NOTES[place], today, review_of(row).content.sha256)
        for what, owner, days in AGREED[: 1 + place]:
            agree_action(teacher, row, what, owner, today + timedelta(days=days))
        ask_signatures(teacher, row)
        return row

    def _sign(self, row: ProgressReview, person: Person) -> None:
        sign_review(self.stage.actor(person), row, review_of(row).content.sha256)

    def _second(self, learner: Learner) -> None:
        """What was agreed first is done; the second review is talked about and waits for student and firm."""
        row = self._held(learner, 2, 1)
        teacher = self.stage.actor(learner.section.instructor)
        for one in review_of(row).carried:
            settle_action(teacher, one.row, Settlement.DONE, "Works since October (sample).")
        self._sign(row, learner.section.instructor)
