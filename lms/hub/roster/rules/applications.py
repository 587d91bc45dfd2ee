"""What an application needs, who is eligible, and the order of the waitlist. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from lms.hub.enrollment.kinds import Status
from lms.hub.roster.kinds import Decision, DeclineReason, Skill, SkillLevel
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say

FLOOR_MONTHS = 36  # three years on the shop floor, as the certificates ask that this product is built after
MOST_MONTHS = 720
LEAST_MOTIVATION, MOST_MOTIVATION = 20, 3000
MOST_JOB = 200


@dataclass(frozen=True, slots=True)
class Form:
    """What an applicant sends. floor_months: on a shop floor, in all firms together."""

    floor_months: int
    job: str
    motivation: str
    skills: Mapping[Skill, SkillLevel]


def check_form(form: Form, status: Status | None) -> None:
    """Raises RuleBroken, every fault at once."""
    faults = []
    if status is not Status.APPLIED:
        raise RuleBroken(N_("Your application was decided already. It cannot be changed any more."))
    if not 0 <= form.floor_months <= MOST_MONTHS:
        faults.append(RuleBroken(N_("Enter the years as a number from 0 to 60."), field="floor_years"))
    if not form.job.strip() or len(form.job) > MOST_JOB:
        faults.append(
            RuleBroken(N_("Say what you do at work, in up to %(most)s characters."), field="job", most=MOST_JOB)
        )
    if not LEAST_MOTIVATION <= len(form.motivation.strip()) <= MOST_MOTIVATION:
        faults.append(
            RuleBroken(
                N_("Say why you want to take part, in %(least)s to %(most)s characters."),
                field="motivation",
                least=LEAST_MOTIVATION,
                most=MOST_MOTIVATION,
            )
        )
    faults += _of_skills(form.skills)
    _raise_all(faults)


def _of_skills(skills: Mapping[Skill, SkillLevel]) -> list[RuleBroken]:
    left = [skill for skill in Skill if skill not in skills]
    return [RuleBroken(N_("Rate this skill, from 0 to 4."), field=f"skill_{skill.value}") for skill in left]


def check_skills(skills: Mapping[Skill, SkillLevel]) -> None:
    """Raises RuleBroken for every skill that was not rated."""
    _raise_all(_of_skills(skills))


def _raise_all(faults: list[RuleBroken]) -> None:
    if faults:
        first, *others = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(others), **first.sentence.values)


def explain_eligible(
    floor_months: int | None, is_endorsed: bool | None, facts: Iterable[FactRef] = ()
) -> Explained[bool]:
    """Whether the program's conditions are met: three years on a shop floor, and an employer that says yes.

    floor_months None: no application yet. is_endorsed None: nobody was asked, or nobody has answered.
    """
    meets = (floor_months or 0) >= FLOOR_MONTHS and is_endorsed is True
    return Explained(
        meets,
        rule=say(N_("At least three years on a shop floor, and the employer endorses the application.")),
        source=say(N_("Program handbook: who can take part")),
        facts=tuple(facts),
        steps=(
            Step(
                say(N_("Months on a shop floor")), floor_months if floor_months is not None else say(N_("not said yet"))
            ),
            Step(say(N_("Months needed")), FLOOR_MONTHS),
            Step(say(N_("The employer")), say(ENDORSED[is_endorsed])),
            Step(say(N_("Eligible")), say(N_("yes")) if meets else say(N_("no"))),
        ),
    )


ENDORSED: Mapping[bool | None, str] = {
    None: N_("has not answered"),
    True: N_("endorses it"),
    False: N_("does not endorse it"),
}


def check_decision(
    status: Status | None, before: Decision | None, decision: Decision, reason: DeclineReason | None, note: str
) -> None:
    """Raises RuleBroken unless `decision` may be taken now; who is declined is told why."""
    if status not in (Status.APPLIED, Status.OFFERED) or (
        status is Status.OFFERED and decision is not Decision.DECLINED
    ):
        raise RuleBroken(N_("This application was decided already. Reload the page."))
    if before is decision:
        raise RuleBroken(N_("This was decided the same way already."))
    if decision is Decision.DECLINED and reason is None:
        raise RuleBroken(N_("Choose the reason; the applicant reads it."), field="reason")
    if reason is DeclineReason.OTHER and not note.strip():
        raise RuleBroken(N_("Say the reason in a few words; the applicant reads it."), field="note")


K = TypeVar("K")


def waitlist(waiting: Mapping[K, datetime]) -> dict[K, int]:
    """The place of each on the waitlist, from 1: whoever was put on it first is first."""
    ordered = sorted(waiting, key=lambda key: waiting[key])
    return {key: place for place, key in enumerate(ordered, start=1)}


@dataclass(frozen=True, slots=True)
class Spoke:
    """One skill on the radar: how each rater sees it; None where nobody rated it."""

    skill: Skill
    student: SkillLevel | None
    employer: SkillLevel | None

    @property
    def gap(self) -> int | None:
        """By how much the student rates it higher than the employer."""
        if self.student is None or self.employer is None:
            return None
        return int(self.student) - int(self.employer)


def radar(student: Mapping[Skill, SkillLevel], employer: Mapping[Skill, SkillLevel]) -> tuple[Spoke, ...]:
    """Every skill in its order, with both views."""
    return tuple(Spoke(skill, student.get(skill), employer.get(skill)) for skill in Skill)
