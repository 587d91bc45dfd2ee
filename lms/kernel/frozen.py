"""Frozen dataclasses of the product share the methods that say the same for each of them.

A dataclass compiles its methods for itself. Refusing to be changed and showing what it holds need nothing of the one
class; and with slots, the two that refuse keep a second class alive: the one from before it had slots. Of some 500
small classes that is 4 MB in every process, and a tenth of the time of a start.
"""

import dataclasses
import sys
from collections.abc import Callable
from reprlib import recursive_repr
from typing import Any, NoReturn

OURS = "lms."
Method = Callable[..., Any]


def _refuse_change(self: object, name: str, value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_removal(self: object, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


@recursive_repr()
def _show(self: Any) -> str:
    held = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr)
    return f"{type(self).__qualname__}({held})"


_refuse_change.__name__, _refuse_removal.__name__ = "__setattr__", "__delattr__"  # where they are put, by their names


def install() -> None:
    """Call it before the first class is made. From 3.13 on Python compiles them all at once, in another way."""
    if sys.version_info >= (3, 13) or getattr(dataclasses, "_frozen_get_del_attr", None) is _refusing:
        return
    setattr(dataclasses, "_frozen_get_del_attr", _refusing)  # noqa: B010 - not in its types
    setattr(dataclasses, "_repr_fn", _showing)  # noqa: B010 - nor this


_python_refusing: Any = getattr(dataclasses, "_frozen_get_del_attr", None)
_python_showing: Any = getattr(dataclasses, "_repr_fn", None)


def _refusing(cls: type, fields: Any, names: dict[str, Any]) -> tuple[Method, Method]:
    if not cls.__module__.startswith(OURS):
        return _python_refusing(cls, fields, names)  # type: ignore[no-any-return]  # not in its types
    return _refuse_change, _refuse_removal


def _showing(fields: Any, names: dict[str, Any]) -> Method:
    if not str(names.get("__name__")).startswith(OURS):
        return _python_showing(fields, names)  # type: ignore[no-any-return]  # not in its types
    return _show
