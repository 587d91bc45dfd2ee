"""A project of the cast brought to a stage through the commands, as its people would."""

import json
from datetime import date
from pathlib import Path

from lms.capstone.lines.queries import lines_of
from lms.capstone.lines.rules.kinds import BenefitClass, Isolation, LineKind
from lms.capstone.lines.rules.worth import SCALE
from lms.capstone.lines.services import Draft, add_line
from lms.capstone.plans.models import GateOverride
from lms.capstone.projects.models import WageSource
from lms.capstone.projects.rules import GateKind
from lms.capstone.projects.services import (
    Measured,
    Terms,
    charter,
    lock_baseline,
    propose,
    record_baseline,
    start_work,
)
from lms.capstone.savings.models import EvidenceKind
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import Level, Reason
from lms.capstone.savings.rules.rows import line_total
from lms.capstone.savings.services.claims import go_live, report, submit_claim
from lms.capstone.savings.services.evidence import add_evidence
from lms.capstone.savings.services.verifying import verify
from lms.kernel.db import session, transaction

LIVE_ON = date(2026, 10, 1)
CASE = json.loads((Path(__file__).parents[1] / "data" / "golden_cases.json").read_text())["end_to_end"]


def draft(minor=1_200_000, **changed):
    """A line of one unit a year, worth `minor`."""
    values = {
        "benefit_class": BenefitClass.HARD_PL,
        "unit_value_e4": minor * SCALE,
        "isolation_method": Isolation.METER_BEFORE_AFTER,
        "basis": "Scrap tickets of the quarter before and after",
    }
    return Draft(**{**values, **changed})


def golden_drafts():
    """The lines of the end-to-end case, by title."""
    return {
        given["name"]: draft(
            given["gross_annual"],
            benefit_class=BenefitClass(given["class"]),
            kind=LineKind(given["kind"]),
            attribution_bp=given["attribution_bp"],
            confidence_bp=given["confidence_bp"],
            ramp_bp=tuple(percent * 100 for percent in given["ramp_pct"]),
        )
        for given in CASE["lines"]
    }


def chartered(world, student="Ada", sponsor="Dee", finance="Finn", coach="Ben", gates=()):
    """A project whose sponsor has agreed; the firm counts paid hours itself.

    gates: those that hold it; the others are open, as the office opens them.
    """
    with transaction():
        project = propose(
            world.actor(student), world.enrollment(student), "Quick-change fixtures", "Changeovers are long"
        )
    terms = Terms(world.person(coach), world.person(finance), wage_source=WageSource.FIRM_COUNT)
    with transaction():
        charter(world.actor(sponsor), project, terms)
        session.add_all([GateOverride(project_id=project.id, gate=gate) for gate in GateKind if gate not in gates])
    return project


def started(world, student="Ada", coach="Ben", **people):
    """A project whose team works on it, on a locked baseline."""
    project = chartered(world, student, coach=coach, **people)
    measured = Measured("Changeover time", "minutes", "Shift log", 45 * SCALE, date(2026, 6, 1), date(2026, 8, 31))
    with transaction():
        record_baseline(world.actor(student), project, measured)
    with transaction():
        lock_baseline(world.actor(coach), project)
    with transaction():
        start_work(world.actor(student), project)
    return project


def live(world, drafts=None, student="Ada", coach="Ben", **people):
    """A project that went live with these lines (by title)."""
    project = started(world, student, coach, **people)
    for title, each in (drafts or {"Scrap": draft()}).items():
        with transaction():
            add_line(world.actor(student), project, title, each)
    with transaction():
        go_live(world.actor(student), project, LIVE_ON)
    return project


def lines(world, project):
    """The project's lines, in order."""
    with transaction():
        return lines_of([project])


def claim(world, line, student="Ada", request_key=None):
    """The team claims a line, with one piece of evidence."""
    with transaction():
        add_evidence(world.actor(student), line, EvidenceKind.GL_EXTRACT, "GL 5100-22, October")
        return submit_claim(world.actor(student), line, request_key)


def reported(world, line, student="Ada", sponsor="Dee"):
    """The sponsor has reported the claim of a line."""
    posting = claim(world, line, student)
    with transaction():
        return report(world.actor(sponsor), posting)


def verified(world, project, line, amount=None, finance="Finn", **people):
    """Finance has verified the claim of a line, all of it by default."""
    posting = reported(world, line, **people)
    with transaction():
        whole = line_total(ledger_of(project), line.id, Level.REPORTED)
        attested = whole if amount is None else amount
        reason = Reason.VOLUME if attested < whole else None
        return verify(world.actor(finance), posting, attested, "5100-22", reason=reason)
