"""For every history: no minute is lost or counted twice (H6, P7), and what a page showed can be read again (as of).

A history is some 20 random steps through the real commands, with edits, removals, returns, adjustments, moves between
zones, the register and clock changes. A few of them by default, many with `--long`.
"""

import re
from collections import Counter
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import Phase, given, settings

from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.rules import week_number
from lms.hub.hours.queries.approved import approved_of
from lms.hub.hours.queries.cohort import lines_of
from lms.hub.hours.queries.glance import glance_of
from lms.hub.hours.queries.situation import situation_of
from lms.hub.hours.queries.weeks import year_of
from lms.hub.hours.verify import differences
from lms.kernel.db import session, transaction
from tests.api.support import Caller, caller
from tests.hub.hours.histories import DOES, HISTORIES, Player
from tests.hub.hours.weeks import at
from tests.support.databases import database_of
from tests.support.web import World, _let_go

UNSHRUNK = (Phase.explicit, Phase.generate)  # a history is said as it is: playing it again and again takes minutes
BY = ("by_day", "by_kind", "by_unit", "by_evidence")
FIGURE = re.compile(r"<dt>(\w+)</dt><dd><span class=\"\">([^<]*)</span>")
Figures = dict[str, str]


def fresh(world: World, engine: str) -> Player:
    """The cast as it was before anything happened."""
    session.remove()
    _let_go(world.app)
    database_of(engine).reset("cast")
    return Player(world)


@pytest.fixture
def examples(request: pytest.FixtureRequest) -> int:
    return 150 if request.config.getoption("--long") else 6


@pytest.mark.timeout(3600)
def test_h6_weeks_kinds_units_days_and_levels_sum_to_the_entries_after_every_history(
    world: World, engine: str, examples: int, request: pytest.FixtureRequest
) -> None:
    accepted: Counter[str] = Counter()

    @settings(max_examples=examples, phases=UNSHRUNK)
    @given(HISTORIES)
    def sums(history: list[tuple[str, list[int]]]) -> None:
        player = fresh(world, engine)
        for step in history:
            player.play(step)
        accepted.update(player.done)
        with at(player.now):
            check_sums(world, player.ledger())

    sums()
    wanted = {"log", "clock", "change", "remove", "hand in"}
    assert accepted.keys() >= (wanted if request.config.getoption("--long") else {"log"})  # few examples draw few kinds
    assert accepted.keys() <= set(DOES)


def check_sums(world: World, ledger: int) -> None:
    """Every way to ask for Ada's minutes gives `ledger`."""
    actor, cohort, enrollment = world.actor("Gus"), world.one(Cohort), world.enrollment("Ada")
    with transaction(write=False):
        weeks = year_of(enrollment)
        assert sum(week.minutes for week in weeks) == ledger
        for name in BY:
            assert sum(sum(getattr(week.totals, name).values()) for week in weeks) == ledger, name
        for week in weeks:
            assert week.explain().value == week.minutes
            assert week.approved_minutes <= sum(entry.minutes for entry in week.everything if entry.minutes > 0)
        (line,) = [line for line in lines_of(actor, cohort) if line.enrollment.id == enrollment.id]
        assert [square.minutes for square in line.squares] == [week.minutes for week in weeks]
        situation = situation_of(enrollment)
        assert sum(glance_of(situation, week.monday).minutes for week in weeks) == ledger
        counted = approved_of([enrollment])[enrollment.id]
        assert sum(one.minutes for one in counted) == sum(week.approved_minutes for week in weeks)
        assert not list(differences())


def figures(page: str) -> Figures:
    """Logged, evidenced and approved, as the page says them."""
    found = dict(FIGURE.findall(page))
    assert found.keys() == {"Logged", "Evidenced", "Approved"}
    return found


class Recorder:
    """What Ada's page and the API said of her weeks after each step."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.enrollment = world.enrollment("Ada").public_id
        self.first = world.one(Cohort).week_one_monday

    def sign_in(self) -> None:
        """Whoever comes back days later signs in anew."""
        self.browser: FlaskClient = self.world.browser_of("Ada")
        self.api: Caller = caller(self.world, "Ada")

    def page(self, monday: date, as_of: datetime | None = None) -> Figures:
        query = {"as_of": as_of.isoformat()} if as_of else {}
        answer = self.browser.get(f"/student/hours/weeks/{monday}/history", query_string=query)
        assert answer.status_code == 200, answer.text
        return figures(answer.text)

    def asked(self, monday: date, as_of: datetime | None = None) -> tuple[int, int, int]:
        query = {"as_of": as_of.isoformat()} if as_of else {}
        path = f"/enrollments/{self.enrollment}/weeks/{week_number(monday, self.first)}"
        found = self.api.get(path, query_string=query).json
        return found["minutes"], found["evidenced_minutes"], found["approved_minutes"]


@pytest.mark.timeout(3600)
def test_at_every_past_moment_a_week_stands_as_its_page_showed_it_then(
    world: World, engine: str, examples: int
) -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=max(examples // 3, 2), phases=UNSHRUNK)
    @given(HISTORIES)
    def as_of(history: list[tuple[str, list[int]]]) -> None:
        player = fresh(world, engine)
        with at(player.now):
            recorder = Recorder(world)
        shown: list[tuple[datetime, date, Figures, tuple[int, int, int]]] = []
        for step in history:
            if player.play(step):
                with at(player.now):
                    recorder.sign_in()
                    for monday in player.mondays[:2]:
                        shown.append((player.now, monday, recorder.page(monday), recorder.asked(monday)))
        with at(player.now):
            recorder.sign_in()
            for moment, monday, page, asked in shown:
                assert recorder.page(monday, moment) == page
                assert recorder.asked(monday, moment) == asked
        seen.update({name for *_, asked in shown for name, value in zip("lea", asked, strict=True) if value})

    as_of()
    assert seen.keys() == set("lea"), "some weeks were logged, evidenced and approved at all"
