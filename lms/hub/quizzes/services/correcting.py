"""Correcting what is right after a quiz was used: previewed first, then the scores that follow from it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.grading.queries import Marking, Written, find_marking, written_in_score
from lms.hub.grading.rules.releases import Mode
from lms.hub.grading.services.drafts import keep_draft
from lms.hub.grading.services.releases import release
from lms.hub.grading.services.scores import post_score
from lms.hub.quizzes.models import KeyCorrection
from lms.hub.quizzes.queries import Question
from lms.hub.quizzes.queries.answers import Given, answers_of
from lms.hub.quizzes.queries.keys import keys_of
from lms.hub.quizzes.rules.keys import Key, check_key
from lms.hub.quizzes.rules.marking import Slot, mark
from lms.kernel.acting import acting_at
from lms.kernel.columns import canonical
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.once import add_once
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import within

LEAST_REASON, MOST_REASON = 10, 1_000


class Effect(StrEnum):
    """What a corrected key does to one answer."""

    CHANGES = "changes"
    SAME = "same"
    BY_HAND = "by_hand"
    READ = "read"
    WITH_TWO = "with_two"


EFFECTS = {
    Effect.CHANGES: N_("changes"),
    Effect.SAME: N_("stays"),
    Effect.BY_HAND: N_("stays: a grader gave these points"),
    Effect.READ: N_("stays: you have to read this answer"),
    Effect.WITH_TWO: N_("stays: two markers have to agree on it"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One answer and what becomes of its points. before, after: hundredths; None where there are none yet."""

    given: Given
    before: int | None
    after: int | None
    effect: Effect


@dataclass(frozen=True, slots=True)
class Preview:
    """What a corrected key does in the section. digest: of it, for applying what was looked at and nothing else."""

    stored: Mapping[str, Any]
    lines: Sequence[Line]
    digest: str

    @property
    def changes(self) -> list[Line]:
        """The answers whose points change."""
        return [line for line in self.lines if line.effect is Effect.CHANGES]


def preview_correction(section: Section, activity: Activity, question: Question, stored: Mapping[str, Any]) -> Preview:
    """What the key `stored` would change for the section's students. Raises RuleBroken for one that cannot be."""
    new = check_key(question.kind, stored, len(question.options))
    old = keys_of([question.id], section.id)[question.id]
    lines = [_line(one, question, old.key, new) for one in answers_of(section, activity, question.id)]
    said = [[one.given.row.public_id, one.before, one.after, one.effect] for one in lines]
    body = canonical({"key": dict(stored), "old": dict(old.stored), "lines": said})
    return Preview(stored, lines, hashlib.sha256(body.encode()).hexdigest()[:32])


def _line(one: Given, question: Question, old: Key, new: Key) -> Line:
    """The machine moves only points that it gave itself."""
    slot = one.row.slot
    stored = one.stored_marks
    stands_at = (stored if stored is not None else one.draft_marks or {}).get(slot)
    by_old = mark(Slot(slot, question.points, old, one.answer))
    by_new = mark(Slot(slot, question.points, new, one.answer))
    said = stands_at if stands_at == by_old or not one.is_hidden else None  # what the key gives is no secret
    if by_new in (by_old, stands_at):
        return Line(one, said, said, Effect.SAME)
    if one.is_with_two:
        return Line(one, said, said, Effect.WITH_TWO)
    if stands_at != by_old:
        return Line(one, said, said, Effect.BY_HAND)
    if by_new is None:
        return Line(one, said, said, Effect.READ)
    return Line(one, stands_at, by_new, Effect.CHANGES)


@command(Action.KEY_CORRECT)
def correct_key(
    actor: Actor,
    section: Section,
    activity: Activity,
    question: Question,
    stored: Mapping[str, Any],
    reason: str,
    digest: str,
) -> KeyCorrection:
    """Say what is right from now on in the section, and give the points that follow: each a new score with the reason.

    digest: of the preview that was looked at; Conflict where it would be another one by now. Who had seen a score sees
    the new one at once; nobody else is told. Work that waits for two markers is left to them.
    """
    if not LEAST_REASON <= len(reason.strip()) <= MOST_REASON:
        message = N_("Say in %(least)s to %(most)s characters why; the students whose points change read it.")
        raise RuleBroken(message, field="reason", least=LEAST_REASON, most=MOST_REASON)
    preview = preview_correction(section, activity, question, stored)
    if preview.digest != digest:
        raise Conflict(N_("Something has changed since this preview. Look at it again."))
    standing = select(KeyCorrection).where(KeyCorrection.question_id == question.id, stands(KeyCorrection))
    before = session.scalar(within(standing, section, on=KeyCorrection))
    row = add_once(
        KeyCorrection,
        section_id=section.id,
        question_id=question.id,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
        key=dict(stored),
    )
    if row is None:
        raise Conflict(N_("Somebody else has just corrected this key. Look at it again."))
    keep(row, reason=reason.strip())
    for line in preview.changes:
        _remark(actor, line, reason.strip())
    return row


def _remark(actor: Actor, line: Line, reason: str) -> None:
    given, slot = line.given, line.given.row.slot
    marking = find_marking(actor, Action.SCORE_WRITE, given.submission.public_id)
    if line.after is None or marking.student.id == actor.person_id:
        return
    if marking.score is None:
        written = Written(marks={slot: line.after})
        keep_draft(actor, marking, written, marking.token, {f"mark-{slot}"})
        return
    before = written_in_score(marking.score)
    written = replace(before, marks={**before.marks, slot: line.after})
    was_seen = marking.is_released
    post_score(actor, marking.enrollment, marking, written, marking.token, reason)
    if was_seen:
        _show_again(actor, given.submission.public_id)


def _show_again(actor: Actor, submission_id: str) -> None:
    """To who had seen the score before, unless the section's plan has shown it already or keeps it back now."""
    marking: Marking = find_marking(actor, Action.SCORE_WRITE, submission_id)
    keeps_back = marking.plan.mode is Mode.HIDDEN or (marking.plan.at is not None and marking.plan.at > acting_at())
    if not marking.is_released and not keeps_back:
        release(actor, marking.enrollment, marking)
