"""`flask chain-heads`: the ends of all chains, to be kept outside, and whether the chains still go on from them."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("chain-heads")
@click.argument("file", type=FILE)
@click.option("--compare", is_flag=True, help="Write nothing; compare the chains with the heads that FILE keeps.")
@with_appcontext
def chain_heads(file: Path, compare: bool) -> None:
    """Keep length and head of every chain in FILE, to lie elsewhere; with --compare, end with 1 if one was cut."""
    from lms.kernel import chain
    from lms.kernel.db import transaction

    if not compare:
        with transaction(write=False):
            heads = chain.heads()
        _write(file, heads)
        click.echo(f"{file}: the heads of {len(heads)} chains")
        return
    kept = _read(file)
    with transaction(write=False):
        found = [*chain.departures(kept), *chain.breaks()]
    for sentence in found:
        click.echo(sentence, err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo(f"All {len(kept)} chains of {file} go on from where they were.")


def _write(file: Path, heads: dict[str, tuple[int, str]]) -> None:
    """Never over a file that is there: an older one may be the only witness."""
    from lms.kernel import clock
    from lms.kernel.disk import sync

    lines = {"at": clock.now().isoformat(), "heads": {name: list(end) for name, end in heads.items()}}
    try:
        with file.open("x", encoding="utf-8") as opened:
            json.dump(lines, opened, indent=1)
            opened.write("\n")
        for path in (file, file.absolute().parent):
            sync(path)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already; give a new name and keep both.") from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None


def _read(file: Path) -> dict[str, list[Any]]:
    try:
        heads = json.loads(file.read_text(encoding="utf-8"))["heads"]
        if not all(len(end) == 2 and isinstance(end[0], int) and isinstance(end[1], str) for end in heads.values()):
            raise ValueError
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise click.ClickException(f"{file} does not keep heads of chains.") from None
    return dict(heads)


COMMANDS = (chain_heads,)
