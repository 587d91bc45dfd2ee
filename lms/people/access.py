"""The whole policy: who may do what to what. Pure.

A *grant* gives a person a *relation* over a place (their enrollment, a section, a site in a cohort, a firm, ...). Every
row that needs protecting has an *anchor*: the places where it hangs. An action is allowed if the person holds, over one
of those places, a relation that `MAY` lists for the action. `lms/people/scope.py` says the same in SQL.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lms.kernel.errors import NotAllowed, NotFresh
from lms.kernel.text import N_
from lms.people.actions import Action as Action


class Relation(StrEnum):
    """What a person is to a place. The comment names the place."""

    SELF = "self"  # the person
    STUDENT = "student"  # an enrollment
    INSTRUCTOR = "instructor"  # a section
    ASSESSOR = "assessor"  # a section
    COORDINATOR = "coordinator"  # a site, in one cohort or in all
    PROGRAM_ADMIN = "program_admin"  # a program
    REVIEWER = "reviewer"  # a program
    AUDITOR = "auditor"  # a program
    COACH = "coach"  # a capstone project
    SUPERVISOR = "supervisor"  # an employment spell
    SPONSOR = "sponsor"  # a firm
    FINANCE = "finance"  # a firm
    FIRM_VIEWER = "firm_viewer"  # a firm
    INTEGRATOR = "integrator"  # a region
    DELEGATE = "delegate"  # a delegation: the hours that somebody else decides on
    LINK = "link"  # one part of a week sheet, without a sign-in
    REVIEW_LINK = "review_link"  # one progress review, without a sign-in
    SYSTEM = "system"  # everything

    __hash__ = str.__hash__  # sets of these are asked all day; an Enum's own hash is a function of Python


_R = Relation
_STAFF = frozenset({_R.INSTRUCTOR, _R.COORDINATOR, _R.PROGRAM_ADMIN})
_OFFICE = frozenset({_R.COORDINATOR, _R.PROGRAM_ADMIN})
_LEARNING = _STAFF | {_R.STUDENT, _R.AUDITOR}
_FIRM = frozenset({_R.SPONSOR, _R.FINANCE, _R.FIRM_VIEWER})
_MONEY = _FIRM | {_R.STUDENT, _R.COACH, _R.COORDINATOR, _R.PROGRAM_ADMIN, _R.REVIEWER, _R.AUDITOR}


def _only(*relations: Relation) -> frozenset[Relation]:
    return frozenset(relations)


MAY: Mapping[Action, frozenset[Relation]] = {
    Action.ACCOUNT_OWN: _only(_R.SELF),
    Action.PERSON_READ: _STAFF | {_R.SELF},
    Action.PERSON_INVITE: _OFFICE,
    Action.GRANT_READ: _only(_R.PROGRAM_ADMIN, _R.AUDITOR),
    Action.GRANT_APPOINT: _only(_R.PROGRAM_ADMIN),
    Action.AUDIT_READ: _only(_R.PROGRAM_ADMIN, _R.AUDITOR),
    Action.FIRM_READ: _FIRM | _OFFICE | {_R.STUDENT, _R.SUPERVISOR},
    Action.FIRM_MANAGE: _OFFICE,
    Action.SITE_READ: _LEARNING,
    Action.SITE_MANAGE: _only(_R.PROGRAM_ADMIN),
    Action.HOLIDAY_SET: _OFFICE,
    Action.REGION_READ: _only(_R.INTEGRATOR),
    Action.REGION_MANAGE: _only(_R.PROGRAM_ADMIN),
    Action.PROGRAM_MANAGE: _only(_R.PROGRAM_ADMIN),
    Action.CURRICULUM_DRAFT: _OFFICE,
    Action.CURRICULUM_PUBLISH: _only(_R.PROGRAM_ADMIN),
    Action.ACTIVITY_SET: _OFFICE,
    Action.TOPIC_READ: _FIRM | _OFFICE | {_R.INTEGRATOR},
    Action.TOPIC_FOLLOW: _FIRM,
    Action.TOPIC_PROPOSE: _only(_R.SPONSOR, _R.INTEGRATOR),
    Action.TOPIC_DECIDE: _only(_R.PROGRAM_ADMIN),
    Action.COHORT_READ: _LEARNING,
    Action.COHORT_CREATE: _OFFICE,
    Action.COHORT_MANAGE: _OFFICE,
    Action.COHORT_BOARD: _OFFICE,
    Action.SECTION_READ: _LEARNING,
    Action.SECTION_MANAGE: _OFFICE,
    Action.SECTION_CALENDAR: _STAFF | {_R.ASSESSOR},
    Action.STAFF_APPOINT: _OFFICE,
    Action.SESSION_SCHEDULE: _OFFICE,
    Action.CALENDAR_OWN: _only(_R.STUDENT),
    Action.FIRM_CALENDAR: _FIRM | {_R.SUPERVISOR},
    Action.CALENDAR_READ: _STAFF | _FIRM | {_R.STUDENT, _R.ASSESSOR, _R.SUPERVISOR},
    Action.ATTENDANCE_READ: _LEARNING,
    Action.ATTENDANCE_TAKE: _only(_R.INSTRUCTOR, _R.COORDINATOR),
    Action.ATTENDANCE_CHECK_IN: _only(_R.STUDENT),
    Action.ATTENDANCE_DISPUTE: _only(_R.STUDENT),
    Action.SESSION_BOOK: _only(_R.STUDENT),
    Action.EXCUSE_ASK: _only(_R.STUDENT),
    Action.EXCUSE_DECIDE: _only(_R.INSTRUCTOR, _R.COORDINATOR),
    Action.SAFETY_SIGN: _only(_R.INSTRUCTOR, _R.ASSESSOR),
    Action.ENROLLMENT_READ: _LEARNING,
    Action.ENROLLMENT_APPLY: _OFFICE,
    Action.ENROLLMENT_MANAGE: _OFFICE,
    Action.ENROLLMENT_HISTORY: _OFFICE | {_R.STUDENT, _R.AUDITOR},
    Action.ENROLLMENT_OVERSEE: _OFFICE | {_R.AUDITOR},
    Action.COMPLETION_READ: _OFFICE | {_R.AUDITOR},
    Action.ENROLLMENT_MIGRATE: _OFFICE,
    Action.ROSTER_IMPORT: _OFFICE,
    Action.APPLICATION_READ: _OFFICE | {_R.STUDENT},
    Action.APPLICATION_WRITE: _only(_R.STUDENT),
    Action.APPLICATION_DECIDE: _OFFICE,
    Action.APPLICATION_ENDORSE: _only(_R.SPONSOR),
    Action.SEAT_READ: _OFFICE | {_R.SPONSOR},
    Action.SEAT_OPEN: _OFFICE,
    Action.SEAT_ASSIGN: _OFFICE | {_R.SPONSOR},
    Action.SEAT_CONFIRM: _OFFICE,
    Action.FIRM_PEOPLE: _only(_R.SPONSOR),
    Action.LEAVE_ASK: _only(_R.STUDENT, _R.COORDINATOR),
    Action.LEAVE_DECIDE: _only(_R.COORDINATOR),
    Action.PLAN_SIGN: _only(_R.STUDENT, _R.COORDINATOR, _R.SUPERVISOR, _R.SPONSOR),
    Action.ACCOMMODATION_DECIDE: _only(_R.COORDINATOR),
    Action.ACCOMMODATION_READ: _only(_R.STUDENT, _R.COORDINATOR),
    Action.ARRANGEMENT_READ: _only(_R.INSTRUCTOR),
    Action.HOLD_SET: _only(_R.PROGRAM_ADMIN),
    Action.SPOKE_CHOOSE: _only(_R.STUDENT),
    Action.SPOKE_DECIDE: _only(_R.COORDINATOR),
    Action.CONTENT_MARK: _only(_R.STUDENT),
    Action.CONTENT_SEE: _only(_R.INSTRUCTOR),
    Action.MINUTES_IMPORT: _OFFICE,
    Action.RESULTS_REPORT: _STAFF,
    Action.HOURS_READ: _LEARNING,
    Action.HOURS_LOG: _only(_R.STUDENT),
    Action.HOURS_SUBMIT: _only(_R.STUDENT),
    Action.HOURS_APPROVE: _only(_R.INSTRUCTOR, _R.COORDINATOR, _R.SUPERVISOR, _R.DELEGATE, _R.LINK),
    Action.HOURS_WITNESS: _only(_R.INSTRUCTOR, _R.SUPERVISOR),
    Action.HOURS_REOPEN: _only(_R.COORDINATOR),
    Action.HOURS_ADJUST: _only(_R.INSTRUCTOR, _R.COORDINATOR, _R.SUPERVISOR),
    Action.HOURS_EXPORT: _LEARNING,
    Action.HOURS_DELEGATE: _only(_R.INSTRUCTOR, _R.COORDINATOR, _R.SUPERVISOR),
    Action.HOURS_LINK: _only(_R.INSTRUCTOR, _R.COORDINATOR),
    Action.HOURS_REMIND: _OFFICE,
    Action.HOURS_TERMS: _OFFICE,
    Action.DELEGATION_READ: _OFFICE | {_R.SELF, _R.AUDITOR},
    Action.DELEGATION_END: _only(_R.SELF, _R.COORDINATOR),
    Action.SITE_EXPORT: _OFFICE | {_R.AUDITOR},
    Action.SUBMISSION_READ: _STAFF | {_R.STUDENT},
    Action.SUBMISSION_WRITE: _only(_R.STUDENT),
    Action.GROUP_MANAGE: _only(_R.INSTRUCTOR, _R.COORDINATOR),
    Action.DEADLINE_SET: _only(_R.INSTRUCTOR, _R.COORDINATOR),
    Action.EXTENSION_DECIDE: _only(_R.INSTRUCTOR, _R.COORDINATOR),
    Action.SCORE_WRITE: _only(_R.INSTRUCTOR),
    Action.SCORE_READ: _STAFF,
    Action.SCORE_RELEASE: _only(_R.INSTRUCTOR),
    Action.MARKING_ALLOCATE: _only(_R.INSTRUCTOR, _R.COORDINATOR),
    Action.MARKING_RULE: _only(_R.INSTRUCTOR, _R.COORDINATOR),
    Action.KEY_CORRECT: _only(_R.INSTRUCTOR),
    Action.POLICY_SET: _only(_R.INSTRUCTOR, _R.COORDINATOR),
    Action.GRADES_IMPORT: _only(_R.INSTRUCTOR),
    Action.ASSESSMENT_SHARE: _only(_R.PROGRAM_ADMIN),
    Action.CALIBRATE: _only(_R.INSTRUCTOR),
    Action.CALIBRATION_READ: _STAFF,
    Action.REGRADE_READ: _STAFF | {_R.STUDENT},
    Action.REGRADE_ASK: _only(_R.STUDENT),
    Action.REGRADE_DECIDE: _only(_R.INSTRUCTOR),
    Action.GRADE_READ: _LEARNING,
    Action.GRADEBOOK_READ: _STAFF | {_R.AUDITOR},
    Action.STANDING_READ: _LEARNING,
    Action.COMPETENCY_READ: _LEARNING | {_R.ASSESSOR},
    Action.COMPETENCY_SHOW: _only(_R.INSTRUCTOR, _R.ASSESSOR),
    Action.COMPETENCY_SIGN: _only(_R.ASSESSOR),
    Action.FRAMEWORK_READ: _OFFICE | {_R.AUDITOR},
    Action.FRAMEWORK_IMPORT: _only(_R.PROGRAM_ADMIN),
    Action.CREDENTIAL_ADD: _only(_R.STUDENT),
    Action.CREDENTIAL_VERIFY: _OFFICE,
    Action.CREDIT_READ: _OFFICE | {_R.STUDENT, _R.AUDITOR},
    Action.CREDIT_ASK: _only(_R.STUDENT),
    Action.CREDIT_DECIDE: _OFFICE,
    Action.REQUIREMENT_RULE: _OFFICE,
    Action.SPOKE_NEED: _only(_R.SPONSOR),
    Action.MENTOR_READ: _OFFICE | {_R.STUDENT},
    Action.MENTOR_ASSIGN: _OFFICE,
    Action.PROJECT_READ: _MONEY | {_R.INSTRUCTOR},
    Action.PROJECT_PROPOSE: _only(_R.STUDENT),
    Action.PROJECT_WRITE: _only(_R.STUDENT),
    Action.PROJECT_CHARTER: _only(_R.SPONSOR),
    Action.PROJECT_GATE: _only(_R.SPONSOR, _R.COACH, _R.INSTRUCTOR),
    Action.GATE_OVERRIDE: _only(_R.COORDINATOR),
    Action.GATE_TEMPLATE: _OFFICE,
    Action.PROJECT_COACH: _only(_R.COACH, _R.INSTRUCTOR),
    Action.BASELINE_LOCK: _only(_R.SPONSOR, _R.COACH),
    Action.LINE_DRAFT: _only(_R.STUDENT),
    Action.CLAIM_SUBMIT: _only(_R.STUDENT),
    Action.SAVINGS_READ: _MONEY,
    Action.SAVINGS_REPORT: _only(_R.SPONSOR),
    Action.SAVINGS_VERIFY: _only(_R.FINANCE),
    Action.SAVINGS_AMEND: _only(_R.STUDENT, _R.SPONSOR, _R.FINANCE),
    Action.SAVINGS_ACCEPT: _only(_R.SPONSOR),
    Action.SAVINGS_DISPUTE: _only(_R.SPONSOR, _R.FINANCE),
    Action.SAVINGS_REVERSE: _only(_R.FINANCE),
    Action.SAVINGS_REALIZE: _only(_R.FINANCE),
    Action.SAVINGS_REVIEW: _only(_R.REVIEWER),
    Action.EVIDENCE_READ: _only(_R.SPONSOR, _R.FINANCE, _R.COACH, _R.REVIEWER),
    Action.COST_POST: _only(_R.FINANCE),
    Action.TUITION_POST: _OFFICE,
    Action.RATE_READ: _only(_R.FINANCE),
    Action.RATE_SET: _only(_R.FINANCE),
    Action.PORTFOLIO_READ: _FIRM | {_R.PROGRAM_ADMIN, _R.AUDITOR},
    Action.STATEMENT_READ: _FIRM,
    Action.STATEMENT_ISSUE: _only(_R.SPONSOR, _R.FINANCE),
    Action.REFERENCE_READ: _only(_R.PROGRAM_ADMIN, _R.AUDITOR),
    Action.REFERENCE_IMPORT: frozenset(),
    Action.ENERGY_READ: _FIRM,
    Action.ENERGY_IMPORT: _only(_R.SPONSOR),
    Action.ENERGY_SHARE: _only(_R.SPONSOR),
    Action.ENERGY_PROPOSE: _only(_R.SPONSOR),
    Action.ENERGY_OVERSEE: _OFFICE,
    Action.BENCHMARK_READ: _FIRM | _OFFICE | {_R.REVIEWER, _R.AUDITOR},
    Action.BENCHMARK_FREEZE: frozenset(),
    Action.BENCHMARK_CHOOSE: _only(_R.SPONSOR),
    Action.PENDING_SETTLE: frozenset(),
    Action.FOLLOW_UP_READ: _FIRM | _OFFICE | {_R.COACH, _R.REVIEWER, _R.AUDITOR},
    Action.FOLLOW_UP_ASK: frozenset(),
    Action.FOLLOW_UP_ANSWER: _only(_R.SPONSOR),
    Action.MILESTONE_SET: _only(_R.STUDENT, _R.COACH),
    Action.ARTIFACT_ADD: _only(_R.STUDENT),
    Action.REVIEW_READ: _only(_R.STUDENT, _R.INSTRUCTOR, _R.COORDINATOR, _R.SUPERVISOR, _R.REVIEW_LINK),
    Action.REVIEW_OPEN: _only(_R.INSTRUCTOR, _R.COORDINATOR),
    Action.REVIEW_SIGN: _only(_R.STUDENT, _R.INSTRUCTOR, _R.SUPERVISOR, _R.REVIEW_LINK),
    Action.REVIEW_SETTLE: _only(_R.STUDENT, _R.INSTRUCTOR, _R.COORDINATOR, _R.SUPERVISOR),
    Action.REVIEW_TERMS: _OFFICE,
    Action.EMPLOYEE_READ: _only(_R.SPONSOR, _R.SUPERVISOR),
    Action.CONSENT_SIGN: _only(_R.STUDENT),
    Action.CONSENT_REVOKE: _only(_R.STUDENT),
    Action.CONSENT_ASK: _only(_R.SPONSOR, _R.COORDINATOR),
    Action.CONSENT_READ: _OFFICE | _FIRM | {_R.STUDENT, _R.AUDITOR},
    Action.DISCLOSURE_READ: _FIRM | {_R.STUDENT, _R.PROGRAM_ADMIN, _R.AUDITOR},
    Action.JOB_RUN: frozenset(),
}

# A fresh sign-in is asked for again (password, at most once in 15 minutes) before these.
FRESH: frozenset[Action] = frozenset(
    {
        Action.SAVINGS_VERIFY,
        Action.GRANT_APPOINT,
        Action.STAFF_APPOINT,
        Action.CONSENT_SIGN,
        Action.SITE_EXPORT,
    }
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The places where a row hangs, as row numbers. seats: (site, cohort); cohort None is the site in every cohort."""

    people: frozenset[int] = frozenset()
    enrollments: frozenset[int] = frozenset()
    sections: frozenset[int] = frozenset()
    seats: frozenset[tuple[int, int | None]] = frozenset()
    spells: frozenset[int] = frozenset()
    projects: frozenset[int] = frozenset()
    firms: frozenset[int] = frozenset()
    regions: frozenset[int] = frozenset()
    programs: frozenset[int] = frozenset()
    delegations: frozenset[int] = frozenset()
    parts: frozenset[int] = frozenset()
    reviews: frozenset[int] = frozenset()


NOWHERE = Anchor()


@dataclass(frozen=True, slots=True)
class Grant:
    """A relation over one place, held now. cohort_id: for a coordinator, the one cohort; None is all of the site's."""

    relation: Relation
    place_id: int = 0
    cohort_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks: a person with the grants that hold now, or the system.

    via: "web", "api", "cli" or "job". scopes: what an API token is limited to; None is everything the person may.
    fresh_until: until when the last password check counts (UTC); None is never, as for a token without one.
    """

    person_id: int | None
    grants: frozenset[Grant] = frozenset()
    via: str = "web"
    request_id: str | None = None
    scopes: frozenset[Action] | None = None
    fresh_until: datetime | None = None
    name: str = ""
    language: str = "en"
    zone: str = "America/New_York"
    person_public_id: str = ""

    @property
    def is_system(self) -> bool:
        """Whether no person stands behind it: jobs, imports, the operator's command line."""
        return any(grant.relation is Relation.SYSTEM for grant in self.grants)

    def holds(self, *relations: Relation) -> bool:
        """Whether any of these relations is held over anything at all."""
        return any(grant.relation in relations for grant in self.grants)

    def places(self, relation: Relation) -> frozenset[int]:
        """The row numbers of the places over which `relation` is held."""
        return frozenset(grant.place_id for grant in self.grants if grant.relation is relation)


SYSTEM = Actor(None, frozenset({Grant(Relation.SYSTEM)}), via="job", name="system")
_PLACES: Mapping[Relation, str] = {
    Relation.SELF: "people",
    Relation.STUDENT: "enrollments",
    Relation.INSTRUCTOR: "sections",
    Relation.ASSESSOR: "sections",
    Relation.PROGRAM_ADMIN: "programs",
    Relation.REVIEWER: "programs",
    Relation.AUDITOR: "programs",
    Relation.COACH: "projects",
    Relation.SUPERVISOR: "spells",
    Relation.SPONSOR: "firms",
    Relation.FINANCE: "firms",
    Relation.FIRM_VIEWER: "firms",
    Relation.INTEGRATOR: "regions",
    Relation.DELEGATE: "delegations",
    Relation.LINK: "parts",
    Relation.REVIEW_LINK: "reviews",
}


def reaches(grant: Grant, anchor: Anchor) -> bool:
    """Whether the place of `grant` is one of those where `anchor` hangs."""
    if grant.relation is Relation.SYSTEM:
        return True
    if grant.relation is Relation.COORDINATOR:
        return any(
            site == grant.place_id and (None in (cohort, grant.cohort_id) or cohort == grant.cohort_id)
            for site, cohort in anchor.seats
        )
    kind = _PLACES.get(grant.relation)
    return kind is not None and grant.place_id in getattr(anchor, kind)


def may_at_all(actor: Actor, action: Action) -> bool:
    """Whether there is anything to which `actor` may do this; decides whether a page is offered."""
    if actor.scopes is not None and action not in actor.scopes:
        return False
    return actor.is_system or any(grant.relation in MAY[action] for grant in actor.grants)


def allowed(actor: Actor, action: Action, anchor: Anchor) -> bool:
    """Whether `actor` may do `action` to a row that hangs at `anchor`."""
    if not may_at_all(actor, action):
        return False
    return actor.is_system or any(grant.relation in MAY[action] and reaches(grant, anchor) for grant in actor.grants)


def require(actor: Actor, action: Action, anchor: Anchor) -> None:
    """Raises NotAllowed unless `actor` may do `action` at `anchor`."""
    if not allowed(actor, action, anchor):
        raise NotAllowed()


def require_fresh(actor: Actor, now: datetime) -> None:
    """Raises NotFresh unless the password was checked within the last 15 minutes, or the system acts."""
    if actor.is_system or (actor.fresh_until is not None and now < actor.fresh_until):
        return
    raise NotFresh(N_("This needs your password again, since you last entered it more than 15 minutes ago."))


def relations_for(actor: Actor, action: Action) -> Iterable[tuple[Relation, frozenset[Grant]]]:
    """The actor's grants that count for `action`, by relation; empty if the token's scopes leave it out."""
    if actor.scopes is not None and action not in actor.scopes:
        return
    for relation in sorted({grant.relation for grant in actor.grants} & MAY[action]):
        yield relation, frozenset(grant for grant in actor.grants if grant.relation is relation)
