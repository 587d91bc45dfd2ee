"""Whether what is stored is still what was written: every number kept beside its facts, the chains, the files.

A slice that stores a number has a module `verify` with `differences()`, sentences for the operator where the number
and what its facts make of it differ. They are found by name, so that no slice can be forgotten here.
"""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path

from lms.kernel import chain
from lms.kernel.storage import is_whole, named_files, storage

Check = Callable[[], Iterable[str]]
PACKAGE = Path(__file__).parent.parent
COMMAND = PACKAGE / "cli" / "verify.py"


def checks() -> dict[str, Check]:
    """Every check by the name of its slice; chains and files last."""
    found: dict[str, Check] = {}
    for path in sorted(PACKAGE.rglob("verify.py")):
        if path != COMMAND:
            name = ".".join(path.relative_to(PACKAGE).parent.parts)
            found[name] = import_module(f"{PACKAGE.name}.{name}.verify").differences
    return {**found, "chains": chain.breaks, "files": _missing}


def differences(*, read_files: bool = False) -> Iterator[tuple[str, str]]:
    """Each difference as (slice, sentence). Needs a reading transaction.

    read_files: also read every file and compare it with its hash; else only see whether it is there.
    """
    for name, check in checks().items():
        for sentence in check():
            yield name, sentence
    if read_files:
        store = storage()
        for sha256 in sorted(set(named_files())):
            if store.exists(sha256) and not is_whole(store, sha256):
                yield "files", f"{sha256} was changed"


def _missing() -> Iterator[str]:
    store = storage()
    for sha256 in sorted(set(named_files())):
        if not store.exists(sha256):
            yield f"{sha256} is missing"
