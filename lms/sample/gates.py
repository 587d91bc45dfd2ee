"""Sample gates: what the teams hand in, and that coach and sponsor let it through."""

from typing import Protocol

from lms.capstone.plans.services import decide_gate, submit_gate
from lms.capstone.projects.models import Project
from lms.capstone.projects.rules import GateKind, GateRole
from lms.sample.stage import Employer, Learner, Stage

TEXTS = {
    GateKind.CHARTER: "What the project is about, and what it should reach",
    GateKind.BASELINE: "Counted for four weeks before anything changes",
    GateKind.ANALYZE: "What moves it, and which cause was found",
    GateKind.IMPROVE: "What is changed, tried out on one shift",
    GateKind.CONTROL: "How it stays so, and who looks after it",
}


class Played(Protocol):
    """A project while it is played."""

    learner: Learner
    employer: Employer

    @property
    def made(self) -> Project: ...


def pass_gates(stage: Stage, play: Played, *gates: GateKind) -> None:
    """The team hands in at these gates; coach and sponsor let it through."""
    for gate in gates:
        hand_in(stage, play, gate)
        decide_gate(stage.actor(play.learner.section.instructor), play.made, gate, GateRole.COACH, True)
        decide_gate(stage.actor(play.employer.sponsor), play.made, gate, GateRole.SPONSOR, True)


def hand_in(stage: Stage, play: Played, gate: GateKind) -> None:
    """The team hands in at a gate, which then waits for coach and sponsor."""
    submit_gate(stage.actor(play.learner.person), play.made, gate, f"{TEXTS[gate]}: {play.made.title} (sample).")
