"""Everything that can be done, by name; who may is said in `lms/people/access.py`. Pure."""

from enum import StrEnum


class Action(StrEnum):
    """Everything that can be done, one word per command or kind of page. `docs/access.md` lists them with who may."""

    ACCOUNT_OWN = "account:own"
    PERSON_READ = "person:read"
    PERSON_INVITE = "person:invite"
    GRANT_READ = "grant:read"
    GRANT_APPOINT = "grant:appoint"
    AUDIT_READ = "audit:read"
    FIRM_READ = "firm:read"
    FIRM_MANAGE = "firm:manage"
    SITE_READ = "site:read"
    SITE_MANAGE = "site:manage"
    HOLIDAY_SET = "holiday:set"

    PROGRAM_MANAGE = "program:manage"
    CURRICULUM_DRAFT = "curriculum:draft"
    CURRICULUM_PUBLISH = "curriculum:publish"
    ACTIVITY_SET = "activity:set"
    TOPIC_READ = "topic:read"
    TOPIC_FOLLOW = "topic:follow"  # as a firm, on its own pages
    TOPIC_PROPOSE = "topic:propose"
    TOPIC_DECIDE = "topic:decide"
    COHORT_READ = "cohort:read"
    COHORT_CREATE = "cohort:create"
    COHORT_MANAGE = "cohort:manage"
    COHORT_BOARD = "cohort:board"
    SECTION_READ = "section:read"
    SECTION_MANAGE = "section:manage"
    SECTION_CALENDAR = "section:calendar"  # its dates stand in their calendar, as staff
    STAFF_APPOINT = "staff:appoint"
    SESSION_SCHEDULE = "session:schedule"
    CALENDAR_OWN = "calendar:own"
    CALENDAR_READ = "calendar:read"  # one's own dates, in whatever role
    ATTENDANCE_READ = "attendance:read"
    ATTENDANCE_TAKE = "attendance:take"
    ATTENDANCE_CHECK_IN = "attendance:check-in"
    ATTENDANCE_DISPUTE = "attendance:dispute"
    SESSION_BOOK = "session:book"
    EXCUSE_ASK = "excuse:ask"
    EXCUSE_DECIDE = "excuse:decide"
    SAFETY_SIGN = "safety:sign"
    CONTENT_MARK = "content:mark"
    CONTENT_SEE = "content:see"  # say that one saw an item done
    MINUTES_IMPORT = "minutes:import"  # what simulators and lecture systems measured

    ENROLLMENT_READ = "enrollment:read"
    ENROLLMENT_APPLY = "enrollment:apply"
    ENROLLMENT_MANAGE = "enrollment:manage"
    ENROLLMENT_HISTORY = "enrollment:history"
    ENROLLMENT_OVERSEE = "enrollment:oversee"  # the lists and pages of the office
    COMPLETION_READ = "completion:read"
    ENROLLMENT_MIGRATE = "enrollment:migrate"
    ROSTER_IMPORT = "roster:import"
    APPLICATION_READ = "application:read"
    APPLICATION_WRITE = "application:write"
    APPLICATION_DECIDE = "application:decide"
    APPLICATION_ENDORSE = "application:endorse"
    SEAT_READ = "seat:read"
    SEAT_OPEN = "seat:open"
    SEAT_ASSIGN = "seat:assign"
    SEAT_CONFIRM = "seat:confirm"
    FIRM_PEOPLE = "firm:people"
    LEAVE_ASK = "leave:ask"
    LEAVE_DECIDE = "leave:decide"
    PLAN_SIGN = "plan:sign"
    ACCOMMODATION_DECIDE = "accommodation:decide"
    ACCOMMODATION_READ = "accommodation:read"
    ARRANGEMENT_READ = "arrangement:read"  # what an accommodation means for teaching, and nothing else of it
    HOLD_SET = "hold:set"
    SPOKE_CHOOSE = "spoke:choose"
    SPOKE_DECIDE = "spoke:decide"

    HOURS_READ = "hours:read"
    HOURS_LOG = "hours:log"
    HOURS_SUBMIT = "hours:submit"
    HOURS_APPROVE = "hours:approve"
    HOURS_WITNESS = "hours:witness"
    HOURS_REOPEN = "hours:reopen"
    HOURS_ADJUST = "hours:adjust"
    HOURS_EXPORT = "hours:export"
    HOURS_DELEGATE = "hours:delegate"  # let somebody decide in one's place for some days
    HOURS_LINK = "hours:link"  # send, or take back, a link for one signature
    HOURS_REMIND = "hours:remind"  # write to students whose sheet is missing
    HOURS_TERMS = "hours:terms"  # when a cohort's sheets are due and lock
    DELEGATION_READ = "delegation:read"
    DELEGATION_END = "delegation:end"
    SITE_EXPORT = "site:export"

    SUBMISSION_READ = "submission:read"
    SUBMISSION_WRITE = "submission:write"
    DEADLINE_SET = "deadline:set"
    EXTENSION_DECIDE = "extension:decide"
    SCORE_WRITE = "score:write"
    SCORE_READ = "score:read"  # drafts and unreleased scores too
    SCORE_RELEASE = "score:release"
    GRADE_READ = "grade:read"  # released only
    GRADEBOOK_READ = "gradebook:read"
    STANDING_READ = "standing:read"
    COMPETENCY_READ = "competency:read"
    COMPETENCY_SHOW = "competency:show"  # record what one saw a student do
    COMPETENCY_SIGN = "competency:sign"
    FRAMEWORK_READ = "framework:read"
    FRAMEWORK_IMPORT = "framework:import"
    CREDENTIAL_ADD = "credential:add"
    CREDENTIAL_VERIFY = "credential:verify"
    CREDIT_READ = "credit:read"
    CREDIT_ASK = "credit:ask"
    CREDIT_DECIDE = "credit:decide"
    REQUIREMENT_RULE = "requirement:rule"  # waive it, or keep it from counting
    SPOKE_NEED = "spoke:need"  # say which spokes a firm needs
    MENTOR_READ = "mentor:read"
    MENTOR_ASSIGN = "mentor:assign"

    PROJECT_READ = "project:read"
    PROJECT_PROPOSE = "project:propose"
    PROJECT_WRITE = "project:write"
    PROJECT_CHARTER = "project:charter"
    PROJECT_GATE = "project:gate"
    BASELINE_LOCK = "baseline:lock"
    LINE_DRAFT = "line:draft"
    CLAIM_SUBMIT = "claim:submit"
    SAVINGS_READ = "savings:read"
    SAVINGS_REPORT = "savings:report"
    SAVINGS_VERIFY = "savings:verify"
    SAVINGS_AMEND = "savings:amend"
    SAVINGS_ACCEPT = "savings:accept"
    SAVINGS_DISPUTE = "savings:dispute"
    SAVINGS_REVERSE = "savings:reverse"
    SAVINGS_REALIZE = "savings:realize"
    SAVINGS_REVIEW = "savings:review"
    COST_POST = "cost:post"
    TUITION_POST = "tuition:post"
    RATE_READ = "rate:read"
    RATE_SET = "rate:set"
    PORTFOLIO_READ = "portfolio:read"

    EMPLOYEE_READ = "employee:read"  # and then only what the student's consent covers
    CONSENT_SIGN = "consent:sign"
    CONSENT_REVOKE = "consent:revoke"
    CONSENT_ASK = "consent:ask"
    CONSENT_READ = "consent:read"
    DISCLOSURE_READ = "disclosure:read"

    JOB_RUN = "job:run"
