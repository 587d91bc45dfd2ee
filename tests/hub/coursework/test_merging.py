"""Two versions of one text put together."""

from hypothesis import given
from hypothesis import strategies as st

from lms.hub.coursework.merging import MAX_LINES, beside, merged

texts = st.lists(st.sampled_from(["", "a", "b", "c", "the press runs", "<b>"]), max_size=12).map("\n".join)


def stands_in(lines: list[str], whole: list[str]) -> bool:
    """Whether `lines` stand in `whole` in their order."""
    rest = iter(whole)
    return all(line in rest for line in lines)


@given(texts, texts)
def test_every_line_of_both_stands_in_the_merged_text_in_its_order(theirs: str, mine: str) -> None:
    whole = merged(theirs, mine).splitlines()
    assert stands_in(theirs.splitlines(), [*whole, *[""] * theirs.endswith("\n")])
    assert stands_in(mine.splitlines(), [*whole, *[""] * mine.endswith("\n")])
    assert len(whole) <= len(theirs.splitlines()) + len(mine.splitlines())


@given(texts)
def test_a_text_and_itself_or_nothing_is_the_text(text: str) -> None:
    for one in (merged(text, text), merged(text, ""), merged("", text)):
        assert one == "\n".join(text.splitlines())


@given(texts, texts)
def test_beside_each_other_both_are_whole_and_what_is_marked_differs(theirs: str, mine: str) -> None:
    left, right = beside(theirs, mine)
    assert [line.text for line in left] == theirs.splitlines()
    assert [line.text for line in right] == mine.splitlines()
    assert [line.text for line in left if not line.differs] == [line.text for line in right if not line.differs]


def test_what_is_too_long_to_compare_follows_each_other() -> None:
    long, other = "a\n" * (MAX_LINES + 1), "b"
    assert merged(long, other).splitlines() == [*long.splitlines(), "b"]
