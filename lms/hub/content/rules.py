"""When a content item is done, and how far a unit is. Pure.

The item itself says what makes it done: opening it, the student's word, or the instructor's. Items that nobody tracks
are not counted. Items are the same over versions where course, unit and title are.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from lms.hub.catalog.kinds import Completion
from lms.hub.content.kinds import MarkKind
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say

ItemKey = tuple[str, str, str]  # codes of course and unit, and the title
COUNTED_BY: Mapping[Completion, MarkKind] = {
    Completion.OPEN: MarkKind.OPENED,
    Completion.MARK: MarkKind.DONE,
    Completion.SIGN: MarkKind.SEEN,
}


@dataclass(frozen=True, slots=True)
class Tracked:
    """One item with the marks that stand on it."""

    title: str
    completion: Completion
    marks: Mapping[MarkKind, FactRef] = field(default_factory=dict)

    @property
    def is_counted(self) -> bool:
        """Whether anybody tracks it."""
        return self.completion in COUNTED_BY

    @property
    def is_done(self) -> bool:
        """Whether the mark that counts for it stands."""
        kind = COUNTED_BY.get(self.completion)
        return kind is not None and kind in self.marks


def done_of(items: Collection[Tracked]) -> tuple[int, int]:
    """How many of the tracked items are done, and how many there are."""
    return sum(item.is_done for item in items), sum(item.is_counted for item in items)


def explain_done(items: Sequence[Tracked]) -> Explained[int]:
    """Why so many items of a unit are done."""
    done, counted = done_of(items)
    return Explained(
        value=done,
        rule=say(N_("An item is done by what the program says of it: opened, marked by the student, or seen.")),
        source=say(N_("The program's items, and the marks that stand.")),
        facts=tuple(item.marks[COUNTED_BY[item.completion]] for item in items if item.is_done),
        steps=(
            *(Step(say(N_("%(title)s"), title=item.title), int(item.is_done)) for item in items if item.is_counted),
            Step(say(N_("Items that are tracked")), counted),
            Step(say(N_("Items that are done")), done),
        ),
    )


def check_mark(completion: Completion, kind: MarkKind) -> None:
    """Raises RuleBroken unless such a mark counts for the item; opening is always kept."""
    if kind is not MarkKind.OPENED and COUNTED_BY.get(completion) is not kind:
        raise RuleBroken(N_("This item is not completed that way. Reload the page."), field="item")
