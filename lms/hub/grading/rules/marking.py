"""Sharing out work among graders, marking without names, and what two marks come to. Pure; points are hundredths."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lms.hub.grading.rules import BP, round_half_away, shown_points
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, say


class Role(StrEnum):
    """Whose mark it is."""

    FIRST = "first"
    SECOND = "second"


class Way(StrEnum):
    """How work is shared out: the same number each, each section's to its own teachers, by what each still has, or by
    the minutes that each has spent and still has before them.
    """

    EVEN = "even"
    SECTION = "section"
    LOAD = "load"
    MINUTES = "minutes"


class AgreedBy(StrEnum):
    """How two marks became one."""

    MEAN = "mean"
    FIRST = "first"
    SECOND = "second"
    NEW = "new"


class Stage(StrEnum):
    """What a person can do for one attempt: mark it, give the second mark without seeing the first, or agree."""

    MARK = "mark"
    SECOND = "second"
    AGREE = "agree"


@dataclass(frozen=True, slots=True)
class Piece:
    """One student's work on one activity. student: the person. grader: who has it now. is_begun: stays with them."""

    key: int
    student: int
    section: int
    grader: int | None = None
    is_begun: bool = False


@dataclass(frozen=True, slots=True)
class Grader:
    """Somebody who may mark. sections: where they teach. load: pieces that wait for them elsewhere.

    worked: minutes spent and before them, as pieces of the kind that is shared out.
    """

    person: int
    sections: frozenset[int]
    load: int = 0
    worked: int = 0


def share_out(pieces: Sequence[Piece], graders: Sequence[Grader], way: Way) -> dict[int, int]:
    """Who marks each piece, by its key: no one has two more than another who may mark one of theirs; few are moved.

    A piece that was begun stays; nobody gets their own work, nor work of a section that they do not teach. Raises
    RuleBroken where a piece is left that nobody of `graders` may mark.
    """
    if not graders:
        raise RuleBroken(N_("Choose at least one grader."), field="graders")
    carried = {Way.LOAD: "load", Way.MINUTES: "worked"}.get(way)
    counts = {grader.person: getattr(grader, carried) if carried else 0 for grader in graders}
    given: dict[int, int] = {}
    for piece in pieces:
        if piece.is_begun and piece.grader is not None:
            given[piece.key] = piece.grader
            counts[piece.grader] = counts.get(piece.grader, 0) + 1
    if way is Way.SECTION:
        by_section: dict[int, list[Piece]] = {}
        for piece in pieces:
            by_section.setdefault(piece.section, []).append(piece)
        for group in by_section.values():
            _share(group, graders, given, dict.fromkeys(counts, 0))
    else:
        _share(pieces, graders, given, counts)
    return given


def _share(pieces: Sequence[Piece], graders: Sequence[Grader], given: dict[int, int], counts: dict[int, int]) -> None:
    """Each to whoever has least; then those who hold the most give to those who hold the least, moved ones first."""
    free = [piece for piece in pieces if piece.key not in given]
    kept = {piece.key for piece in free if piece.grader in _may(piece, graders)}
    for piece in free:
        if piece.key in kept and piece.grader is not None:
            given[piece.key] = piece.grader
            counts[piece.grader] += 1
    for piece in sorted((one for one in free if one.key not in kept), key=lambda one: len(_may(one, graders))):
        able = _may(piece, graders)
        if not able:
            raise RuleBroken(
                N_("For some of this work none of these graders may mark it. Choose more."), field="graders"
            )
        chosen = min(able, key=lambda person: (counts[person], person))
        given[piece.key] = chosen
        counts[chosen] += 1
    while _even_out(free, graders, given, counts):
        pass


def _even_out(
    pieces: Sequence[Piece], graders: Sequence[Grader], given: dict[int, int], counts: dict[int, int]
) -> bool:
    """Move one piece from who has more to who has at least two fewer; whether there was one."""
    best: tuple[int, int, int] | None = None  # by how much it helps, then the piece, then who gets it
    for piece in pieces:
        holder = given[piece.key]
        for person in _may(piece, graders):
            gain = counts[holder] - counts[person]
            if gain >= 2 and (best is None or (-gain, piece.key, person) < best):
                best = (-gain, piece.key, person)
    if best is None:
        return False
    _, key, person = best
    counts[given[key]] -= 1
    counts[person] += 1
    given[key] = person
    return True


def _may(piece: Piece, graders: Sequence[Grader]) -> list[int]:
    return [one.person for one in graders if piece.section in one.sections and one.person != piece.student]


def pseudonym(enrollment: str, activity: str) -> str:
    """What a student is called while their work on an activity is marked without names: other on each activity."""
    digest = hashlib.sha256(f"{enrollment}:{activity}".encode()).hexdigest()
    return digest[:6].upper()


def stage_for(
    person: int | None, *, is_double: bool, scored_by: int | None, has_score: bool, has_second: bool, is_settled: bool
) -> Stage:
    """is_settled: two marks have come to one, or the student has seen a score; it is then marked as any other."""
    if not is_double or not has_score or is_settled:
        return Stage.MARK
    if has_second:
        return Stage.AGREE
    return Stage.MARK if person == scored_by else Stage.SECOND


def check_marks_first(stage: Stage) -> None:
    """Raises RuleBroken where a score would be posted over the first marker's, or over two marks."""
    check_not_blind(stage)
    if stage is Stage.AGREE:
        raise RuleBroken(N_("Both marks are in. Agree on the points."), field="points")


def check_not_blind(stage: Stage) -> None:
    """Raises RuleBroken where somebody would write over, or on, a first mark that they must not see."""
    if stage is Stage.SECOND:
        raise RuleBroken(N_("The first mark is in. Give yours as the second one."), field="points")


def check_draft(stage: Stage, *, hides_draft: bool) -> None:
    """Raises RuleBroken where a draft would be shared that holds another's mark of two."""
    check_not_blind(stage)
    if hides_draft:
        message = N_("Somebody else is writing the first mark of two. Post yours, or wait and give the second one.")
        raise RuleBroken(message)


def check_second(grader: int | None, first: int | None) -> None:
    """Raises NotAllowed where both marks would be one person's."""
    if grader is not None and grader == first:
        raise NotAllowed(N_("You gave the first mark. The second has to come from somebody else."))


def needs_talk(first: int, second: int, possible: int, gap_bp: int) -> bool:
    """Whether two marks are further apart than may simply be averaged."""
    return abs(first - second) * BP > gap_bp * possible


def agreed_points(
    first: int, second: int, possible: int, gap_bp: int, agreed_by: AgreedBy, given: int | None = None
) -> Explained[int]:
    """What two marks come to. given: the points of `AgreedBy.NEW`. Raises RuleBroken for a mean across the gap."""
    if agreed_by is AgreedBy.MEAN and needs_talk(first, second, possible, gap_bp):
        message = N_("The two marks are too far apart for their mean. Keep one of them, or give the points anew.")
        raise RuleBroken(message, field="agreed_by")
    if agreed_by is AgreedBy.NEW and (given is None or not 0 <= given <= possible):
        message = N_("Give between 0 and %(most)s points.")
        raise RuleBroken(message, field="points", most=shown_points(possible))
    mean = int(round_half_away(Fraction(first + second, 2), 0))
    values: Mapping[AgreedBy, int] = {
        AgreedBy.MEAN: mean,
        AgreedBy.FIRST: first,
        AgreedBy.SECOND: second,
        AgreedBy.NEW: given or 0,
    }
    found = values[agreed_by]
    steps = (
        Step(say(N_("first mark")), shown_points(first)),
        Step(say(N_("second mark")), shown_points(second)),
        Step(say(N_("what they came to")), shown_points(found)),
    )
    return Explained(
        found,
        say(
            N_("Two marks that differ by at most %(gap)s %% of the points may be averaged."), gap=Decimal(gap_bp) / 100
        ),
        say(N_("Marking rule of the section")),
        steps=steps,
    )
