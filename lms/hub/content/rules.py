"""When a content item is done, and how far a unit is. Pure.

The item itself says what makes it done: opening it, the student's word, or the instructor's. What the system that runs
it reports as complete is as good as opening it and as the student's word. Items that nobody tracks are not counted.
Items are the same over versions where course, unit and title are.
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
REPORTABLE = frozenset({Completion.OPEN, Completion.MARK})  # the instructor's own look is not replaced by a machine's


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
        """Whether a mark that counts for it stands."""
        return self.mark is not None

    @property
    def mark(self) -> FactRef | None:
        """The mark that makes it done; None while none does."""
        kind = COUNTED_BY.get(self.completion)
        found = self.marks.get(kind) if kind is not None else None
        if found is None and self.completion in REPORTABLE:
            return self.marks.get(MarkKind.REPORTED)
        return found


def done_of(items: Collection[Tracked]) -> tuple[int, int]:
    """How many of the tracked items are done, and how many there are."""
    return sum(item.is_done for item in items), sum(item.is_counted for item in items)


def explain_done(items: Sequence[Tracked]) -> Explained[int]:
    """Why so many items of a unit are done."""
    done, counted = done_of(items)
    return Explained(
        value=done,
        rule=say(N_("An item is done by what the program says of it: opened, marked or reported, or seen.")),
        source=say(N_("The program's items, and the marks that stand.")),
        facts=tuple(item.mark for item in items if item.mark is not None),
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
