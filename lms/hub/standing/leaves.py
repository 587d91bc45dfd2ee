"""The leaves of the requirement tree, one rule a kind; each answers with its state and the reason in words. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from lms.hub.catalog.kinds import KIND_NAMES, Kind, RequirementKind
from lms.hub.catalog.rules import Need, identity
from lms.hub.competencies.rules import Held
from lms.hub.standing.facts import CourseFacts, How, State, StudentFacts, Verdict
from lms.kernel.text import N_, say
from lms.kernel.units import Span


def leaf(need: Need, facts: StudentFacts) -> Verdict:
    """The answer of one leaf; what prior learning covers whole is met."""
    credit = facts.credits.get(identity(need))
    verdict = LEAVES[need.kind](need, facts)
    if credit is None or credit.minutes is not None or verdict.state is State.MET:
        return verdict
    reason = say(N_("%(title)s is credited by prior learning since %(day)s."), title=need.title, day=credit.decided_on)
    return Verdict(need, State.MET, reason, facts=(*credit.facts, *verdict.facts), how=How.PRIOR_LEARNING)


def _minutes(need: Need, facts: StudentFacts) -> Verdict:
    wanted = need.minutes or 0
    credit = facts.credits.get(identity(need))
    prior = credit.minutes or 0 if credit else 0
    done = counted_minutes(facts.minutes, need.hours_kind, need.evidence)
    have, left = done + prior, max(wanted - done - prior, 0)
    values = {
        "have": Span(done),
        "wanted": Span(wanted),
        "left": Span(left),
        "evidence": need.evidence,
        "prior": Span(prior),
        "kind": say(KIND_NAMES[Kind(need.hours_kind)]) if need.hours_kind else "",
    }
    state = State.MET if not left else State.IN_PROGRESS if have else State.MISSING
    reason = say(MINUTES_MET[bool(prior)] if not left else _what_is_left(need, is_prior=bool(prior)), **values)
    carried = counted_minutes(facts.carried_minutes, need.hours_kind, need.evidence)
    if carried:
        message = N_("%(reason)s Of these, %(carried)s are carried from %(cohort)s.")
        reason = say(message, reason=reason, carried=Span(carried), cohort=facts.carried_from)
    proof = (*(credit.facts if credit else ()), *facts.minutes_facts)
    how = How.PRIOR_LEARNING if prior and not left and done < wanted else How.WORK
    return Verdict(need, state, reason, facts=proof, how=how, prior_minutes=prior)


MINUTES_MET = {
    False: N_("%(have)s of %(wanted)s approved."),
    True: N_("%(have)s of %(wanted)s approved and %(prior)s by prior learning."),
}
MINUTES_LEFT = {  # by: a kind is asked for, an evidence level is asked for
    (False, False): N_("You still need %(left)s; %(have)s of %(wanted)s are approved."),
    (False, True): N_(
        "You still need %(left)s at evidence level %(evidence)s or above; %(have)s of %(wanted)s are approved."
    ),
    (True, False): N_("You still need %(left)s of %(kind)s; %(have)s of %(wanted)s are approved."),
    (True, True): N_(
        "You still need %(left)s of %(kind)s at evidence level %(evidence)s or above; "
        "%(have)s of %(wanted)s are approved."
    ),
}
PRIOR_LEFT = {
    (False, False): N_(
        "You still need %(left)s; of %(wanted)s, %(have)s are approved and %(prior)s come from prior learning."
    ),
    (False, True): N_(
        "You still need %(left)s at evidence level %(evidence)s or above; of %(wanted)s, %(have)s are approved "
        "and %(prior)s come from prior learning."
    ),
    (True, False): N_(
        "You still need %(left)s of %(kind)s; of %(wanted)s, %(have)s are approved and %(prior)s come from "
        "prior learning."
    ),
    (True, True): N_(
        "You still need %(left)s of %(kind)s at evidence level %(evidence)s or above; of %(wanted)s, %(have)s are "
        "approved and %(prior)s come from prior learning."
    ),
}


def _what_is_left(need: Need, *, is_prior: bool) -> str:
    return (PRIOR_LEFT if is_prior else MINUTES_LEFT)[bool(need.hours_kind), bool(need.evidence)]


def counted_minutes(minutes: Mapping[tuple[str, int], int], hours_kind: str | None, evidence: int) -> int:
    """Minutes of `hours_kind` (None: any) at evidence level `evidence` or above."""
    return sum(m for (kind, level), m in minutes.items() if hours_kind in (None, kind) and level >= evidence)


def _course(need: Need, facts: StudentFacts) -> Verdict:
    course = facts.courses.get(need.course or "")
    if course is None or not course.is_planned:
        return Verdict(need, State.MISSING, say(N_("%(title)s is not in your plan."), title=need.title))
    verdict = _graded(need, course)
    if not course.carried_from:
        return verdict
    reason = say(N_("%(reason)s Carried from %(cohort)s."), reason=verdict.reason, cohort=course.carried_from)
    return replace(verdict, reason=reason)


def _graded(need: Need, course: CourseFacts) -> Verdict:
    """A course is met once every activity has a released score and the grade reaches the pass mark."""
    values = {
        "name": course.name,
        "grade": _percent(course.grade_bp),
        "pass_mark": _percent(course.pass_bp),
        "open": course.open_items,
    }
    if course.grade_bp is None:
        message = N_("%(name)s has no released grade yet; activities open: %(open)s.")
        return Verdict(need, State.MISSING, say(message, **values), facts=course.facts)
    passes = course.grade_bp >= course.pass_bp
    if passes and not course.open_items:
        message, state = N_("%(name)s passed with %(grade)s percent."), State.MET
    elif passes:
        message = N_("%(name)s stands at %(grade)s percent; activities open: %(open)s.")
        state = State.IN_PROGRESS
    else:
        message = N_("%(name)s stands at %(grade)s percent and needs %(pass_mark)s; activities open: %(open)s.")
        state = State.IN_PROGRESS
    return Verdict(need, state, say(message, **values), facts=course.facts)


def _percent(bp: Fraction | int | None) -> str:
    """Percent with one decimal, half away from zero; it is for reading, no rule compares it."""
    if bp is None:
        return "–"
    tenths = int(abs(Fraction(bp)) / 10 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def _capstone(need: Need, facts: StudentFacts) -> Verdict:
    graded = _course(need, facts)
    if facts.capstone is None:
        return Verdict(need, State.MISSING, say(N_("No capstone project is proposed yet.")), facts=graded.facts)
    both = graded.facts + facts.capstone.facts
    if facts.capstone.is_delivered and graded.state is State.MET:
        return Verdict(need, State.MET, graded.reason, facts=both)
    reason = say(N_("%(stage)s %(grade)s"), stage=facts.capstone.stage, grade=graded.reason)
    return Verdict(need, State.IN_PROGRESS, reason, facts=both)


def _competency(need: Need, facts: StudentFacts) -> Verdict:
    held = facts.competencies.get(need.code)
    if held is None:
        reason = say(
            N_("%(title)s at level %(wanted)s: the framework that defines it is not loaded yet."),
            title=need.title,
            wanted=need.level,
        )
        return Verdict(need, State.MISSING, reason)
    is_met = held.level >= need.level and held.is_complete
    state = State.MET if is_met else State.IN_PROGRESS if held.is_begun else State.MISSING
    values = {
        "name": held.asked.title,
        "wanted": need.level,
        "level": held.level,
        "minutes": Span(held.minutes),
        "least": Span(held.asked.minutes_wanted),
        "shown": held.demonstrations,
        "demonstrations": held.asked.demonstrations_wanted,
        "signers": held.signers,
        "assessors": held.asked.assessors,
        "day": held.expires_on or held.expired_on,
    }
    return Verdict(need, state, say(_competency_words(need, held, is_met=is_met), **values), facts=held.facts)


def _competency_words(need: Need, held: Held, *, is_met: bool) -> str:
    if is_met and held.expires_on:
        return N_("%(name)s is signed off at level %(level)s, until %(day)s.")
    if is_met:
        return N_("%(name)s is signed off at level %(level)s.")
    if held.expired_on and not held.level:
        return N_("The sign-off of %(name)s expired on %(day)s. Ask your assessor to look again.")
    if not held.is_complete:
        return N_(
            "%(name)s at level %(wanted)s: %(minutes)s of %(least)s and %(shown)s of %(demonstrations)s "
            "demonstrations are recorded so far."
        )
    if 0 < held.signers < held.asked.assessors:
        return N_("%(name)s at level %(wanted)s: %(signers)s of %(assessors)s assessors have signed.")
    if held.level:
        return N_("%(name)s stands at level %(level)s and needs level %(wanted)s.")
    return N_("%(name)s at level %(wanted)s is not signed off yet; everything else is there.")


def _credential(need: Need, facts: StudentFacts) -> Verdict:
    found = facts.credentials.get(need.code.casefold())
    if found is None:
        reason = say(N_("%(title)s is not on your record. Add it with its number and a copy."), title=need.title)
        return Verdict(need, State.MISSING, reason)
    values = {"name": found.name, "day": found.expires_on}
    if found.is_refused:
        message, state = N_("%(name)s could not be verified. The reason stands beside it."), State.MISSING
    elif found.is_expired(facts.day):
        message, state = N_("%(name)s expired on %(day)s. Add the renewed one."), State.MISSING
    elif not found.is_verified:
        message, state = N_("%(name)s is on your record and waits to be verified."), State.IN_PROGRESS
    elif found.expires_on:
        message, state = N_("%(name)s is verified and valid until %(day)s."), State.MET
    else:
        message, state = N_("%(name)s is verified."), State.MET
    return Verdict(need, state, say(message, **values), facts=found.facts)


LEAVES: Mapping[RequirementKind, Callable[[Need, StudentFacts], Verdict]] = {
    RequirementKind.MIN_MINUTES: _minutes,
    RequirementKind.COURSE: _course,
    RequirementKind.CAPSTONE: _capstone,
    RequirementKind.COMPETENCY: _competency,
    RequirementKind.CREDENTIAL: _credential,
}
