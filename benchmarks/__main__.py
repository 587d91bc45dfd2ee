"""`./dev bench`: seeds, starts the product and the floor on free ports, measures, prints ratios. It asserts no time."""

import argparse
import json
import logging
import pickle
import random
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import structlog
from flask import Flask
from sqlalchemy import create_engine, make_url

from benchmarks import scale
from benchmarks.actions import ACTIONS, Action, slug
from benchmarks.inside import Inside
from benchmarks.measure import FLOOR, OURS, Cells, Ratio, cpu_ratio, measure, time_ratio
from benchmarks.plans import Plan, recorded
from benchmarks.scene import Scene, look
from benchmarks.seed import application, seed
from benchmarks.server import Served
from benchmarks.tail import crowd
from lms.kernel.db import db, session
from tests.support.postgres import Server

MOST = {"students": 500, "many": 2000, "rounds": 30, "requests": 500, "writers": 64, "seconds": 60}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke run of a few seconds; its figures mean little")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--students", type=int, default=70, help="in the section of Lowell, at most 500")
    parser.add_argument("--many", type=int, default=1000, help="students in the section of Providence, at most 2000")
    parser.add_argument("--rounds", type=int, default=7, help="at most 30")
    parser.add_argument("--requests", type=int, default=60, help="a round, action and system, at most 500")
    parser.add_argument("--writers", type=int, default=32, help="at once, for the tail; at most 64")
    parser.add_argument("--seconds", type=float, default=10, help="of the tail, at most 60")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--only", help="a comma-separated list of actions")
    parser.add_argument(
        "--scale", type=int, metavar="ENTRIES", help="compare 1 hours entry with so many, on PostgreSQL"
    )
    parser.add_argument("--json", type=Path, help="also write every figure to this file")
    given = parser.parse_args()
    if given.quick:
        given.students, given.many, given.rounds, given.requests, given.seconds, given.writers = 5, 60, 1, 5, 1, 4
    for name, most in MOST.items():
        setattr(given, name, min(getattr(given, name), most))
    return given


def main() -> int:
    given = options()
    actions = [action for action in ACTIONS if given.only is None or action.name in given.only.split(",")]
    folder = Path(tempfile.mkdtemp(prefix="lms-bench-"))
    folder.chmod(0o755)
    if given.scale:
        try:
            return scale.run(given, folder, say)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
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
    say(f"{given.engine}, sections of {given.students} and {given.many} students beside the cast, seed {given.seed}")
    began = time.monotonic()
    app = application(url, folder / "data")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    seed(app, given.students, given.many)
    with app.app_context():
        scene = look()
        check_enough(given, scene)
        say(f"seeded in {time.monotonic() - began:.1f} s")
        plans = record(app, actions, scene)
        session.remove()
        db.engine.dispose()
    say(f"recorded in {time.monotonic() - began:.1f} s")
    (folder / "plans").write_bytes(pickle.dumps(plans))
    common = {"LMS_DATABASE_URL": url, "LMS_DATA_DIR": str(folder / "data"), "WEB_CONCURRENCY": "1"}
    own = {"LMS_DATABASE_URL": copy_of(url, folder), "FLOOR_PLANS": str(folder / "plans")}
    floor = Served("benchmarks.floor:app", {**common, **own}, folder / "floor.log")
    began = time.monotonic()
    with Served("wsgi:app", {**common, "LMS_SCHEDULER": "false"}, folder / "ours.log") as ours:
        say(f"started in {time.monotonic() - began:.1f} s, {ours.memory_mib():.0f} MiB")
        with floor:
            servers, chance = {OURS: ours, FLOOR: floor}, random.Random(given.seed)
            cells = measure(servers, actions, scene, given.rounds, given.requests, chance)
        report(cells, actions, plans)
        tail = crowd(ours, scene, given.writers, given.seconds)
        say(
            f"\n{given.writers} students log hours for {given.seconds:g} s: {tail.a_second:.0f} a second, "
            f"p50 {tail.p50:.0f} ms, p99 {tail.p99:.0f} ms, worst {tail.worst:.0f} ms (goal: at most 500)"
        )
        say(f"memory at the end: {ours.memory_mib():.0f} MiB")
    return {
        "cells": {f"{system}: {name}": asdict(cell) for (system, name), cell in cells.items()},
        "tail": asdict(tail),
    }


def copy_of(url: str, folder: Path) -> str:
    """The floor's own database, like the product's: what it writes again and again fits no chain and no rule."""
    if url.startswith("sqlite"):
        shutil.copy(folder / "bench.sqlite", folder / "floor.sqlite")
        return f"sqlite:///{folder / 'floor.sqlite'}"
    maintenance = create_engine(make_url(url).set(database="template1"), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE floor TEMPLATE postgres")
    maintenance.dispose()
    return make_url(url).set(database="floor").render_as_string(hide_password=False)


def check_enough(given: argparse.Namespace, scene: Scene) -> None:
    """Raises SystemExit where more would be written than the seed has drafts and ungraded submissions for."""
    needed = max(action.people for action in ACTIONS) + 1 + (given.rounds + 1) * given.requests
    if needed > scene.writes:
        raise SystemExit(f"{needed} writes, but the seed is good for {scene.writes}: give fewer --rounds or --requests")


def record(app: Flask, actions: list[Action], scene: Scene) -> dict[str, list[Plan]]:
    """What SQL each action sends, by the name under which the floor has it; one plan for each who takes turns."""
    plans: dict[str, list[Plan]] = {}
    for action in actions:
        once = action.prepare(Inside(app), scene)
        action.check(once())
        for _ in range(action.people):
            with recorded(action.name) as plan:
                answer = once()
            action.check(answer)
            plan.size, plan.hashes = len(answer.body), action.hashes
            plans.setdefault(slug(action.name), []).append(plan)
    return plans


def report(cells: Cells, actions: list[Action], plans: dict[str, list[Plan]]) -> None:
    """One line an action."""
    say(
        f"\n{'':20} {'ours, ms':>15} {'floor, ms':>15}   {'time, ours/floor':22} "
        f"{'CPU ms':>7} {'CPU, ours/floor':>24} {'SQL':>4} {'bytes':>8}"
    )
    for action in actions:
        ours, floor = cells[OURS, action.name], cells[FLOOR, action.name]
        plan = plans[slug(action.name)][0]
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
