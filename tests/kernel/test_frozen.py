"""Frozen dataclasses of the product share what says the same for each, and behave as Python's own."""

import copy
import gc
import pickle
import sys
from dataclasses import FrozenInstanceError, dataclass, is_dataclass, replace
from typing import Any

import pytest

import lms.app  # noqa: F401 - with it every slice is loaded
from lms.kernel.units import Span

pytestmark = pytest.mark.one_engine


@dataclass(frozen=True, slots=True)
class Python:
    """Not of the product: its methods are its own."""

    minutes: int


def _frozen_of_ours() -> list[Any]:
    return [
        kind
        for kind in object.__subclasses__()
        if kind.__module__.startswith("lms.") and is_dataclass(kind) and vars(kind)["__dataclass_params__"].frozen
    ]


@dataclass(slots=True)
class Slotted:
    """Not of the product, and without what the product changes."""

    minutes: int


def _is_kept_by_python() -> bool:
    """Whether Python itself keeps the class from before a class had slots, as 3.11.2 does."""
    return len([kind for kind in object.__subclasses__() if kind.__qualname__ == Slotted.__qualname__]) > 1


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python 3.13 compiles them in another way")
def test_the_methods_that_say_the_same_are_there_once() -> None:
    ours = _frozen_of_ours()
    assert len(ours) > 100
    assert {kind.__setattr__ for kind in ours} == {Span.__setattr__}
    assert {kind.__delattr__ for kind in ours} == {Span.__delattr__}
    assert Python.__setattr__ is not Span.__setattr__
    assert Python.__repr__ is not Span.__repr__


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python 3.13 compiles them in another way")
def test_no_second_class_stays() -> None:
    gc.unfreeze()  # what was garbage when the run froze what it had loaded would stay
    gc.collect()
    gc.freeze()
    if _is_kept_by_python():
        pytest.skip("this Python keeps them itself")
    names = [(kind.__module__, kind.__qualname__) for kind in _frozen_of_ours()]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("kind", [Span, Python])
def test_they_refuse_to_change_and_show_what_they_hold_as_pythons_own_do(kind: type[Any]) -> None:
    one = kind(90)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'minutes'"):
        one.minutes = 91
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'minutes'"):
        del one.minutes
    assert repr(one) == f"{kind.__name__}(minutes=90)"


@pytest.mark.parametrize("kind", [Span, Python])
def test_they_are_equal_copied_and_packed_by_what_they_hold(kind: type[Any]) -> None:
    one = kind(90)
    for other in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert (other, hash(other), repr(other)) == (one, hash(one), repr(one))
    assert replace(one, minutes=91) != one
