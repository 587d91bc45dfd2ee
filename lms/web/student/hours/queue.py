"""Hours that come from a phone's queue, and what the phone keeps so that it can offer the three taps without a network.

Everything here is JSON for `static/offline/`; a page without a script never asks for it.
"""

from datetime import timedelta

from flask import Response, jsonify, request, url_for

from lms.guard import current_actor, requires
from lms.hub.catalog.kinds import KIND_NAMES
from lms.hub.enrollment.queries import own_enrollment
from lms.hub.hours.queries.plan import last_used, units_of
from lms.hub.hours.queries.situation import situation_of
from lms.kernel.clock import today
from lms.kernel.errors import NotSignedIn, RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import monday_of
from lms.people.access import Action
from lms.web.language import tell
from lms.web.problems import problem_json
from lms.web.student import bp
from lms.web.student.hours.forms import OF_KIND, WITHOUT_UNIT, LogForm, near_units
from lms.web.student.hours.log import log_from, tell_logged
from lms.web.student.hours.week import QUICK

RECENT = timedelta(days=42)


@bp.get("/hours/queue")
@requires(Action.HOURS_LOG)
def hours_queue() -> Response:
    """What the offline page offers: the units, those in use marked, and the zone in which its days are counted."""
    actor = current_actor()
    enrollment = own_enrollment(actor)
    place = situation_of(enrollment)
    day, units = today(place.zone), units_of(enrollment)
    near = near_units(place.number(monday_of(day)), units, last_used(enrollment, day - RECENT))
    spell = place.spell_on(day)
    rest = [unit for unit in units if unit not in near]
    return jsonify(
        person=actor.person_public_id,
        zone=place.zone,
        url=url_for("student.log_queued"),
        quick=QUICK,
        paid_by_firm=bool(spell and spell.pays_release_time),
        units=[
            *({"value": unit.public_id, "name": unit.title, "is_near": True} for unit in near),
            *({"value": unit.public_id, "name": f"{unit.title} ({unit.course})", "is_near": False} for unit in rest),
            *(
                {"value": OF_KIND + kind.value, "name": tell(KIND_NAMES[kind]), "is_near": False}
                for kind in WITHOUT_UNIT
            ),
        ],
    )


@bp.post("/hours/entries")
@requires(Action.HOURS_LOG)
def log_queued() -> Response:
    """One entry of the queue: 201, or 200 for one that arrived before; the answer names its key.

    person: whose entry it is; another person's session never logs it.
    """
    actor, form = current_actor(), LogForm()
    if request.form.get("person") != actor.person_public_id:
        raise NotSignedIn(N_("These hours were logged by somebody else. They are sent when that person signs in."))
    if not form.validate():
        return problem_json(
            422, tell(RuleBroken.title), "", {name: list(told) for name, told in form.errors.items() if name}
        )
    logged = log_from(actor, own_enrollment(actor), form)
    if request.form.get("then") == "page":
        tell_logged(logged)
    week = url_for("student.hours_week", monday=logged.entry.monday)
    notes = [tell(note) for note in logged.notes]
    answer = jsonify(key=form.client_key.data, entry=logged.entry.public_id, url=week, notes=notes)
    answer.status_code = 201 if logged.is_new else 200
    return answer
