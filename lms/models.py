"""Every table of the product, imported once so that the metadata is whole for the app, the migrations and the tests."""

from lms.capstone import agenda as capstone_agenda
from lms.capstone import review_part as capstone_review_part
from lms.capstone.assessments import models as capstone_assessments
from lms.capstone.benchmarks import models as capstone_benchmarks
from lms.capstone.followups import models as capstone_followups
from lms.capstone.lines import models as capstone_lines
from lms.capstone.mentors import models as capstone_mentors
from lms.capstone.plans import models as capstone_plans
from lms.capstone.projects import anchors as capstone_anchors
from lms.capstone.projects import models as capstone_projects
from lms.capstone.reference import models as capstone_reference
from lms.capstone.savings import models as capstone_savings
from lms.capstone.statements import models as capstone_statements
from lms.hub.attendance import models as attendance
from lms.hub.calendar import models as calendar
from lms.hub.calendar.queries import reviews as calendar_reviews
from lms.hub.catalog import anchors as catalog_anchors
from lms.hub.catalog import frozen as catalog_frozen
from lms.hub.catalog import keeping as catalog_keeping
from lms.hub.catalog import models as catalog
from lms.hub.cohorts import models as cohorts
from lms.hub.competencies import files as competency_files
from lms.hub.competencies import models as competencies
from lms.hub.content import models as content
from lms.hub.coursework import keeping as coursework_keeping
from lms.hub.coursework import models as coursework
from lms.hub.coursework.groups import models as coursework_groups
from lms.hub.credits import keeping as credits_keeping
from lms.hub.credits import models as credits_
from lms.hub.enrollment import anchors as enrollment_anchors
from lms.hub.enrollment import models as enrollment
from lms.hub.grading import models as grading
from lms.hub.grading.models import desk as grading_desk
from lms.hub.grading.models import imports as grading_imports
from lms.hub.grading.models import marking as grading_marking
from lms.hub.grading.models import peers as grading_peers
from lms.hub.grading.models import policies as grading_policies
from lms.hub.grading.models import regrades as grading_regrades
from lms.hub.grading.models import shared as grading_shared
from lms.hub.hours import anchors as hours_anchors
from lms.hub.hours import models as hours
from lms.hub.hours.models import deciding as hours_deciding
from lms.hub.intake import models as intake
from lms.hub.quizzes import models as quizzes
from lms.hub.retention import models as retention
from lms.hub.reviews import anchors as reviews_anchors
from lms.hub.reviews import models as reviews
from lms.hub.roster import anchors as roster_anchors
from lms.hub.roster.models import applications as roster_applications
from lms.hub.roster.models import imports as roster_imports
from lms.hub.roster.models import seats as roster_seats
from lms.jobs import models as jobs
from lms.kernel import appendonly, audit, chain, claims, idem, lease, outbox, prose
from lms.messages import models as messages
from lms.people.accounts import models as accounts
from lms.people.consent import models as consent
from lms.people.grants import models as grants
from lms.people.orgs import models as orgs
from lms.spokes import models as spokes
from lms.topics import models as topics

MODELS = (
    accounts,
    appendonly,
    attendance,
    audit,
    capstone_agenda,
    capstone_anchors,
    capstone_assessments,
    capstone_benchmarks,
    capstone_followups,
    capstone_lines,
    capstone_mentors,
    capstone_plans,
    capstone_projects,
    capstone_reference,
    capstone_review_part,
    capstone_savings,
    capstone_statements,
    calendar,
    calendar_reviews,
    catalog,
    catalog_anchors,
    catalog_frozen,
    catalog_keeping,
    catalog_frozen,
    catalog_keeping,
    chain,
    claims,
    cohorts,
    competencies,
    competency_files,
    content,
    consent,
    coursework,
    coursework_groups,
    coursework_keeping,
    credits_,
    credits_keeping,
    enrollment,
    enrollment_anchors,
    grading,
    grading_desk,
    grading_imports,
    grading_marking,
    grading_peers,
    grading_policies,
    grading_regrades,
    grading_shared,
    grants,
    idem,
    jobs,
    lease,
    messages,
    hours,
    hours_anchors,
    hours_deciding,
    orgs,
    outbox,
    prose,
    intake,
    quizzes,
    reviews,
    reviews_anchors,
    roster_anchors,
    roster_applications,
    roster_imports,
    roster_seats,
    retention,
    spokes,
    topics,
)
