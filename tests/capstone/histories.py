"""Random histories of a project, played through the commands as its people would; each step a minute after the last."""

from datetime import timedelta

import time_machine

from lms.capstone.lines.rules.kinds import BenefitClass, CostKind, Payer
from lms.capstone.savings.models import EvidenceKind
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import Level, Reason
from lms.capstone.savings.rules.rows import line_total
from lms.capstone.savings.services.amending import amend, reverse
from lms.capstone.savings.services.claims import report, return_claim, submit_claim, withdraw_claim
from lms.capstone.savings.services.costs import post_cost
from lms.capstone.savings.services.evidence import add_evidence
from lms.capstone.savings.services.realizing import due_months, realize
from lms.capstone.savings.services.verifying import dispute, verify
from lms.kernel import clock
from lms.kernel.db import transaction
from lms.kernel.errors import RuleBroken
from lms.people.scope import policy_day
from tests.capstone.stage import LIVE_ON, draft, lines

STEPS = ("claim", "report", "verify", "verify", "cost", "cost", "amend", "dispute", "withdraw", "return", "reverse",
         "realize")  # fmt: skip
CLASSES = (BenefitClass.HARD_PL, BenefitClass.SOFT, BenefitClass.AVOIDANCE)


def drafts_for(chance):
    """Three lines of random worth and class, by title; the first is hard."""
    made = {}
    for number in range(3):
        kind = BenefitClass.HARD_PL if number == 0 else chance.choice(CLASSES)
        made[f"Line {number}"] = draft(
            chance.randrange(1, 10**7),
            benefit_class=kind,
            attribution_bp=chance.randrange(1, 10_001),
            confidence_bp=chance.randrange(1, 10_001),
        )
    return made


def played(world, project, chance, steps):
    """Play so many random steps; after each one that was allowed, yield. What is refused leaves nothing behind."""
    mine = lines(world, project)
    for line in mine:
        with transaction():
            add_evidence(world.actor("Ada"), line, EvidenceKind.GL_EXTRACT, "GL 5100-22")
    start = clock.now()
    for number in range(1, steps + 1):
        with time_machine.travel(start + timedelta(minutes=number), tick=False):
            try:
                with transaction():
                    _step(world, project, chance, chance.choice(mine), chance.choice(STEPS))
            except RuleBroken:
                continue
            yield


def _step(world, project, chance, line, step):
    ada, dee, finn = (world.actor(name) for name in ("Ada", "Dee", "Finn"))
    ledger = ledger_of(project)
    claim = ledger.standing_claim(line.id)
    if step == "cost":
        kind = chance.choice((CostKind.MATERIALS, CostKind.CAPEX, CostKind.SERVICE))
        post_cost(finn, project, kind, chance.choice(list(Payer)), chance.randrange(1, 10**6), LIVE_ON)
    elif claim is None:
        submit_claim(ada, line)
    elif step == "report":
        report(dee, claim)
    elif step == "verify":
        whole = line_total(ledger, line.id, Level.REPORTED)
        verify(finn, claim, max(1, whole - chance.randrange(0, 1000)), "5100", reason=Reason.VOLUME)
    elif step == "amend":
        again = draft(chance.randrange(1, 10**7), go_live=LIVE_ON, confidence_bp=chance.randrange(1, 10_001))
        amend(dee, line, again, "Known better")
    elif step == "dispute":
        dispute(finn, claim, "Not sure")
    elif step == "withdraw":
        withdraw_claim(dee, claim, Reason.OTHER)
    elif step == "return":
        return_claim(dee, claim, "Which account?")
    elif step == "reverse":
        reverse(finn, ledger.claimed_postings(line.id)[-1], Reason.ENTERED_IN_ERROR, "Wrong line")
    elif step == "realize":
        due = due_months(ledger, line.id, policy_day())
        realize(finn, line, {month: chance.randrange(0, 2 * abs(minor) + 2) for month, minor in due.items()})
