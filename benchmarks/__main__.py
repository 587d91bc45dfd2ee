"""`./dev bench`: seeds, starts the product and the floor on free ports, measures, prints ratios. It asserts no time."""

import argparse
import json
import pickle
import random
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from flask import Flask

from benchmarks.actions import ACTIONS, Action
from benchmarks.inside import Inside
from benchmarks.measure import FLOOR, OURS, Cells, Ratio, cpu_ratio, measure, time_ratio
from benchmarks.plans import Plan, recorded
from benchmarks.seed import application, seed
from benchmarks.server import Served
from benchmarks.tail import crowd
from lms.kernel.db import db, session
from tests.support.postgres import Server


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke run of a few seconds; its figures mean little")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--students", type=int, default=70, help="in the measured section, at most 2000")
    parser.add_argument("--rounds", type=int, default=7, help="at most 30")
    parser.add_argument("--requests", type=int, default=60, help="a round, action and system, at most 500")
    parser.add_argument("--writers", type=int, default=32, help="at once, for the tail; at most 64")
    parser.add_argument("--seconds", type=float, default=10, help="of the tail, at most 60")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--only", help="a comma-separated list of actions")
    parser.add_argument("--json", type=Path, help="also write every figure to this file")
    given = parser.parse_args()
    if given.quick:
        given.students, given.rounds, given.requests, given.seconds, given.writers = 5, 1, 5, 1, 4
    for name, most in (("students", 2000), ("rounds", 30), ("requests", 500), ("writers", 64), ("seconds", 60)):
        setattr(given, name, min(getattr(given, name), most))
    return given


def main() -> int:
    given = options()
    actions = [action for action in ACTIONS if given.only is None or action.name in given.only.split(",")]
    folder = Path(tempfile.mkdtemp(prefix="lms-bench-"))
    folder.chmod(0o755)
    server = Server(folder / "pg") if given.engine == "postgresql" else None
    try:
        url = f"sqlite:///{folder / 'bench.sqlite'}"
        if server is not None:
            server.folder.mkdir(mode=0o755)
            server.start()
            url = server.url("postgres")
        figures = bench(given, actions, url, folder)
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1))
    return 0


def bench(given: argparse.Namespace, actions: list[Action], url: str, folder: Path) -> dict[str, object]:
    say(f"{given.engine}, {given.students} students beside the cast, seed {given.seed}")
    began = time.monotonic()
    app = application(url, folder / "data")
    seed(app, given.students)
    say(f"seeded in {time.monotonic() - began:.1f} s")
    plans = record(app, actions)
    (folder / "plans").write_bytes(pickle.dumps(plans))
    common = {"LMS_DATABASE_URL": url, "LMS_DATA_DIR": str(folder / "data"), "WEB_CONCURRENCY": "1"}
    floor = Served("benchmarks.floor:app", {**common, "FLOOR_PLANS": str(folder / "plans")}, folder / "floor.log")
    began = time.monotonic()
    with Served("wsgi:app", {**common, "LMS_SCHEDULER": "false"}, folder / "ours.log") as ours:
        say(f"started in {time.monotonic() - began:.1f} s, {ours.memory_mib():.0f} MiB")
        with floor:
            cells = measure(
                {OURS: ours, FLOOR: floor}, actions, given.rounds, given.requests, random.Random(given.seed)
            )
        report(cells, actions, plans)
        tail = crowd(ours, WRITE, given.writers, given.seconds)
        say(
            f"\n{given.writers} writers for {given.seconds:g} s: {tail.a_second:.0f} a second, "
            f"p50 {tail.p50:.0f} ms, p99 {tail.p99:.0f} ms, worst {tail.worst:.0f} ms (goal: at most 500)"
        )
        say(f"memory at the end: {ours.memory_mib():.0f} MiB")
    return {
        "cells": {f"{system}: {name}": asdict(cell) for (system, name), cell in cells.items()},
        "tail": asdict(tail),
    }


WRITE = next(action for action in ACTIONS if action.name == "change preferences")


def record(app: Flask, actions: list[Action]) -> dict[str, Plan]:
    """What SQL each action sends, by the name under which the floor has it."""
    plans = {}
    with app.app_context():
        for action in actions:
            once = action.prepare(Inside(app))
            action.check(once())
            with recorded(action.name) as plan:
                answer = once()
            action.check(answer)
            plan.size, plan.hashes = len(answer.body), action.hashes
            plans[action.name.replace(" ", "-")] = plan
        session.remove()
        db.engine.dispose()
    return plans


def report(cells: Cells, actions: list[Action], plans: dict[str, Plan]) -> None:
    """One line an action."""
    say(
        f"\n{'':20} {'ours, ms':>15} {'floor, ms':>15}   {'time, ours/floor':22} "
        f"{'CPU ms':>7} {'CPU, ours/floor':>24} {'SQL':>4} {'bytes':>8}"
    )
    for action in actions:
        ours, floor = cells[OURS, action.name], cells[FLOOR, action.name]
        plan = plans[action.name.replace(" ", "-")]
        cpu = sum(ours.cpu) / len(ours.cpu)
        goal = f" (goal {action.most:g})" if action.most else ""
        say(
            f"{action.name:20} {_times(ours)} {_times(floor)}   {_ratio(time_ratio(cells, action.name)):22} "
            f"{cpu:7.2f} {_ratio(cpu_ratio(cells, action.name)) + goal:>24} {len(plan.steps):4} {ours.size:8}"
        )


def _times(cell: object) -> str:
    assert hasattr(cell, "percentile")
    return f"{cell.percentile(0.5):7.2f}/{cell.percentile(0.95):7.2f}"


def _ratio(found: Ratio | None) -> str:
    return f"{found.middle:.2f} ({found.low:.2f} to {found.high:.2f})" if found else "too short to see"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
