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


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python 3.13 compiles them in another way")
def test_the_methods_that_say_the_same_are_there_once_and_no_second_class_stays() -> None:
    gc.collect()  # a second class that nothing holds is gone with it
    ours = _frozen_of_ours()
    assert len(ours) > 100
    assert {kind.__setattr__ for kind in ours} == {Span.__setattr__}
    assert {kind.__delattr__ for kind in ours} == {Span.__delattr__}
    names = [(kind.__module__, kind.__qualname__) for kind in ours]
    assert sorted(names) == sorted(set(names))
    assert Python.__setattr__ is not Span.__setattr__
    assert Python.__repr__ is not Span.__repr__


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
