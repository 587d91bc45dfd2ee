"""What makes an item done is what the program says of it, and a unit's figure is the sum of its items."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import Completion
from lms.hub.content.kinds import MarkKind
from lms.hub.content.rules import COUNTED_BY, Tracked, check_mark, explain_done
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import FactRef

FACT = FactRef("content_mark", "p", None)
MARKS = st.dictionaries(st.sampled_from(list(MarkKind)), st.just(FACT))
ITEMS = st.lists(st.builds(Tracked, st.just("Loops"), st.sampled_from(list(Completion)), MARKS), max_size=6)


@given(ITEMS)
def test_the_steps_add_up_and_untracked_items_never_count(items: list[Tracked]) -> None:
    found = explain_done(items)
    *each, counted, done = found.steps
    assert done.value == found.value == sum(step.value for step in each)  # type: ignore[misc]
    assert counted.value == len(each) == sum(item.completion is not Completion.NONE for item in items)
    assert len(found.facts) == found.value


@pytest.mark.parametrize("completion", COUNTED_BY)
def test_only_the_mark_of_its_kind_makes_an_item_done(completion: Completion) -> None:
    done = {kind for kind in MarkKind if Tracked("Loops", completion, {kind: FACT}).is_done}
    reported = {MarkKind.REPORTED} if completion is not Completion.SIGN else set()
    assert done == {COUNTED_BY[completion]} | reported


def test_a_mark_that_does_not_count_is_refused() -> None:
    with pytest.raises(RuleBroken, match="not completed that way"):
        check_mark(Completion.SIGN, MarkKind.DONE)
    check_mark(Completion.NONE, MarkKind.OPENED)
