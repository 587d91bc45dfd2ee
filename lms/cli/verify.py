"""`flask verify`: every stored number is rebuilt from its facts and compared, and every chain of facts is checked.

A slice that stores a number has a module `verify` with `differences()`, sentences for the operator. They are found by
name, so that no slice can be forgotten here.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator

import click
from flask.cli import with_appcontext

import lms
from lms.kernel import chain
from lms.kernel.db import transaction

Check = Callable[[], Iterable[str]]


def checks() -> dict[str, Check]:
    """Every check by the name of its slice; the chains last."""
    found = {}
    for module in pkgutil.walk_packages(lms.__path__, "lms."):
        slice_name, _, last = module.name.rpartition(".")
        if last == "verify" and slice_name != __package__:
            found[slice_name.removeprefix("lms.")] = importlib.import_module(module.name).differences
    return {**dict(sorted(found.items())), "chains": chain.breaks}


def differences() -> Iterator[tuple[str, str]]:
    """Each difference as (slice, sentence). Needs a reading transaction."""
    for name, check in checks().items():
        for sentence in check():
            yield name, sentence


@click.command("verify")
@with_appcontext
def verify() -> None:
    """Rebuild every stored number from its facts and compare; exit 1 if one differs."""
    with transaction(write=False):
        found = list(differences())
    for name, sentence in found:
        click.echo(f"{name}: {sentence}", err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo(f"All stored numbers follow from their facts: {', '.join(checks())}.")
