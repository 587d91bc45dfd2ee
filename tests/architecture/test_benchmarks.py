"""`./dev bench` goes on working: its seed, and each of its actions once, with its answer looked at. No figures."""

from pathlib import Path

import pytest

from benchmarks import portfolio
from benchmarks.__main__ import record
from benchmarks.actions import ACTIONS, slug
from benchmarks.scene import look
from benchmarks.seed import application, seed
from lms.kernel.db import db, session


def test_every_action_of_the_benchmarks_works_on_their_seed(tmp_path: Path) -> None:
    app = application(f"sqlite:///{tmp_path / 'bench.sqlite'}", tmp_path / "data")
    seed(app, students=2, many=3)
    with app.app_context():
        plans = record(app, list(ACTIONS), look())
        session.remove()
        db.engine.dispose()
    for action in ACTIONS:
        assert len(plans[slug(action.name)]) == action.people
        if action.most_bytes is not None:
            assert plans[slug(action.name)][0].size <= action.most_bytes


def test_the_portfolio_of_the_benchmarks_opens_and_is_proven(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    portfolio.main(f"sqlite:///{tmp_path / 'portfolio.sqlite'}", projects=3, entries=24)
    said = capsys.readouterr().out
    assert "/employer/savings: " in said
    assert "differences: 0" in said
