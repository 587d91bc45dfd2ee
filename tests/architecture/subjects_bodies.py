"""What is sent where an empty body would be refused before anybody asks who may, in terms of the subjects."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from lms.hub.roster.kinds import Skill
from tests.architecture.subjects_study import _pair
from tests.support.cast import PASSWORD

if TYPE_CHECKING:
    from tests.architecture.subjects import Subjects

ONE_BYTE = {"data": b"x", "headers": {"Upload-Offset": "0"}, "content_type": "application/offset+octet-stream"}
NEW_HOURS = {"client_key": str(UUID(int=1)), "day": "2026-10-26", "minutes": 30, "kind": "self_study"}
CLOCK = {"client_key": str(UUID(int=1)), "day": "2026-10-26", "start": "08:00", "end": "08:30", "kind": "self_study"}
TIMER = {"started_at": "2026-10-26T12:00:00Z", "stopped_at": "2026-10-26T12:30:00Z", "kind": "self_study"}
SCORE = {"json": {"points": "80"}, "headers": {"If-Match": '"0.0"'}}
GRADED = {"data": {"version": "0.0", "points": "80"}}
LAB_TIMES = {"day": "2026-11-19", "starts": "17:00", "ends": "19:00"}
SEATS = {"seats": 3, "from_day": "2026-10-01", "to_day": "2027-03-01"}
SOMEBODY = {"name": "Pia", "email": "pia@example.org"}
MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="site"\r\n\r\n%s\r\n'
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="roster.csv"\r\n\r\nname,email,section\r\n\r\n'
    b"--x--\r\n"
)
EVIDENCE_FILE = (
    b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nphoto\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="meter.txt"\r\n\r\n12 kWh\r\n'
    b"--x--\r\n"
)
SAMPLE_FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="part.txt"\r\n\r\nA part\r\n--x--\r\n'
SKILLS = [{"skill": skill.value, "level": 2} for skill in Skill]
FORM = "multipart/form-data"
TOPIC = {"program": "sample", "title": "Vision", "reason": "Every new cell comes with it."}
LEAVE = {"kind": "family", "from_day": "2026-11-23", "to_day": "2026-11-27"}
STATUS = {"status": "completed", "effective_on": "2026-10-28", "reason": "finished"}
GIVEN = {"from_day": "2026-10-28", "extra_days": 2, "note": "Letter of the disability office."}
POLICY = {
    "number": 0,
    "late_rate_bp": 500,
    "late_interval_minutes": 1440,
    "late_floor_bp": 5000,
    "missing_after_days": None,
    "missing_counts_bp": 0,
}
POLICY_FORM = {"based_on": "0", "late_rate": "5", "late_interval": "24:00", "late_floor": "50"}
MONEY = {"amount": "100.00", "currency": "USD"}
LINE_DRAFT = {"benefit_class": "hard_pl", "unit_value": "100", "go_live": "2026-10-01"}
BASELINE = {
    "metric": "Scrap",
    "unit": "kg a week",
    "value": "12.5",
    "from_day": "2026-07-01",
    "to_day": "2026-09-30",
    "source": "Scrap tickets",
}
MAIL = {"reminders": True, "results": True, "work": False, "day_begins": "15:00", "day_ends": "07:00"}
UNSEEN = {"content_sha256": "0" * 64}
BODIES: dict[str, Callable[["Subjects"], dict[str, Any]]] = {
    "api.post_grade_import": lambda _: {"json": {"rows": "enrollment\nx\n"}},
    "api.post_grade_application": lambda _: {"json": {"reason": "From the paper list."}},
    "api.post_grade_undo": lambda _: {"json": {"reason": "The wrong list."}},
    "instructor.apply_grades": lambda _: {"data": {"reason": "From the paper list."}},
    "instructor.write_cell": lambda _: GRADED,
    "api.withdraw_one_score": lambda _: {"json": {"reason": "Mixed up."}, "headers": {"If-Match": '"0.0"'}},
    "instructor.withdraw_score": lambda _: {"data": {"version": "0.0", "reason": "Mixed up."}},
    "api.post_sample_file": lambda _: {"data": SAMPLE_FILE, "content_type": "multipart/form-data; boundary=x"},
    "instructor.attach_to_sample": lambda _: {"data": SAMPLE_FILE, "content_type": "multipart/form-data; boundary=x"},
    "api.post_sample_mark": lambda _: {"json": {"points": "80"}},
    "api.post_shared_assessment": lambda subjects: {
        "json": {"activity": subjects.value("", "activity"), "samples": []}
    },
    "instructor.mark_one_sample": lambda _: {"data": {"points": "80"}},
    "instructor.share_activity": lambda subjects: {"data": {"activity": subjects.value("", "activity")}},
    "api.add_competency_evidence": lambda _: {"json": {"kind": "demonstration", "day": "2026-10-27", "note": "Ran."}},
    "api.ask_for_credit": lambda _: {"data": {"requirement": "course:PC", "words": "."}, "content_type": FORM},
    "api.begin_draft": lambda _: {"json": {}},
    "api.decide_on_credit": lambda _: {"json": {"outcome": "declined", "reason": "no"}},
    "api.move_one_student": lambda _: {"json": {"reason": ""}},
    "api.move_whole_cohort": lambda subjects: {"json": {"reason": "", "cohort": subjects.value("", "cohort")}},
    "api.put_whole_document": lambda _: {"json": {"document": {}}},
    "api.rule_on_requirement": lambda _: {"json": {"requirement": "none", "kind": "waived", "reason": "."}},
    "api.sign_competency": lambda _: {"json": {"level": 9}},
    "api.take_competency_evidence_back": lambda _: {"json": {"reason": ""}},
    "api.take_sign_off_back": lambda _: {"json": {"reason": ""}},
    "api.add_topic": lambda subjects: {"json": {**TOPIC, "firm": subjects.value("", "firm")}},
    "api.endorse_one_topic": lambda subjects: {"json": {"firm": subjects.value("", "firm")}},
    "api.take_endorsement_back": lambda subjects: {"json": {"firm": subjects.value("", "firm")}},
    "api.delete_remark": lambda _: {},
    "api.post_remark": lambda _: {"json": {"text": "Which unit?", "line": 1}},
    "api.post_regrade": lambda _: {"json": {"attempt": 1, "text": "It was measured cold."}},
    "api.post_regrade_message": lambda _: {"json": {"text": "Which probe was it?"}},
    "api.post_regrade_decision": lambda _: {"json": {"note": "The method was asked for."}},
    "api.post_agreement": lambda _: {"json": {"agreed_by": "mean"}, "headers": {"If-Match": '"0.0"'}},
    "api.post_second_mark": lambda _: {"json": {"points": "80"}},
    "api.put_own_contribution": lambda _: {"json": {"text": "I measured.", "share_bp": 5_000}},
    "api.post_peer_factor_withdrawal": lambda _: {"json": {"reason": "Ill."}, "headers": {"If-Match": '"9.9"'}},
    "api.post_peer_factor": lambda _: {"json": {"reason": "The group agrees."}, "headers": {"If-Match": '"9.9"'}},
    "api.put_marking_rule": lambda _: {"json": {"is_anonymous": False, "is_double": True}},
    "api.put_release_plan": lambda _: {"json": {"mode": "hidden"}},
    "api.post_marking_tasks": lambda subjects: {"json": {"graders": [subjects.world.person("Ben").public_id]}},
    "api.post_policy_trial": lambda _: {"json": POLICY},
    "api.put_policy": lambda _: {"json": {**POLICY, "reason": "The council decided it."}},
    "instructor.add_remark": lambda _: {"data": {"text": "Which unit?", "line": "1"}},
    "instructor.answer_regrade": lambda _: {"data": {"text": "Which probe was it?"}},
    "instructor.decide_regrade": lambda _: {"data": {"decision": "keep", "note": "The method was asked for."}},
    "instructor.remove_comment": lambda _: {"data": {"shared": "yes"}},
    "instructor.save_policy": lambda _: {"data": {**POLICY_FORM, "reason": "The council decided it."}},
    "instructor.set_release_plan": lambda _: {"data": {"mode": "hidden"}},
    "instructor.set_rule": lambda _: {"data": {"is_double": "yes", "gap": "5"}},
    "instructor.share_work": lambda subjects: {"data": {"grader": subjects.world.person("Ben").public_id}},
    "instructor.try_policy": lambda _: {"data": POLICY_FORM},
    "student.ask_for_regrade": lambda _: {"data": {"attempt": "1", "text": "It was measured cold."}},
    "student.write_to_regrade": lambda _: {"data": {"text": "With that of bench 4."}},
    "api.post_approval": lambda _: {"json": UNSEEN},
    "api.post_approvals": lambda subjects: {"json": {"parts": [{**UNSEEN, "part": subjects.value("", "part")}]}},
    "api.post_return": lambda _: {"json": {**UNSEEN, "reason": "Which day?"}},
    "api.post_delegation": lambda subjects: {
        "json": {
            "section": subjects.value("", "section"),
            "holder": subjects.world.person("Ivo").public_id,
            "from_day": "2026-11-02",
            "to_day": "2026-11-06",
        }
    },
    "api.put_sheet_terms": lambda _: {"json": {"due_weekday": 3, "due_minute": 720, "grace_days": 2}},
    "api.post_sheet_reminders": lambda subjects: {
        "json": {"monday": "2026-10-19", "enrollments": [subjects.value("", "enrollment")]}
    },
    "api.post_proposal": lambda _: {
        "json": {"day": "2026-10-27", "minutes": 15, "kind": "self_study", "reason": "The log says so"}
    },
    "api.post_refusal": lambda _: {"json": {"reason": "Twice"}},
    "api.post_item_mark": lambda _: {"json": {"is_done": True}},
    "api.post_minutes": lambda _: {"json": {"source": "lms", "rows": "student,item,minutes,day\n"}},
    "api.post_xapi_statements": lambda _: {"json": []},
    "api.post_check_in": lambda _: {"json": {"code": "1234 5678"}},
    "api.post_accommodation": lambda _: {"json": GIVEN},
    "api.post_leave_decision": lambda _: {"json": {"is_granted": True}},
    "api.post_leave_request": lambda _: {"json": LEAVE},
    "api.post_status_change": lambda _: {"json": STATUS},
    "api.amend_line": lambda _: {"json": {**LINE_DRAFT, "why": "known now"}},
    "api.dispute_claim": lambda _: {"json": {"comment": "in doubt"}},
    "api.enter_cost": lambda _: {"json": {"kind": "travel", "payer": "firm", "amount": MONEY, "day": "2026-10-20"}},
    "api.enter_count": lambda subjects: {
        "json": {"enrollment": subjects.value("", "enrollment"), "monday": "2026-10-12", "minutes": 60}
    },
    "api.enter_go_live": lambda _: {"json": {"go_live": "2026-10-01"}},
    "api.post_energy_file": lambda _: {"json": {"rows": "rec_id"}},  # columns are missing
    "api.post_energy_audience": lambda _: {"json": {"audience": "firm"}},
    "api.post_energy_project": lambda subjects: {
        "json": {"enrollment": subjects.value("", "enrollment"), "title": "Less"}  # too short
    },
    "api.enter_rate": lambda _: {"json": {"rate": MONEY, "effective_on": "2026-10-01"}},
    "api.propose_project": lambda _: {"json": {"title": "Less"}},  # too short
    "api.describe_project": lambda _: {"json": {"title": "Less scrap at press 4"}},
    "api.agree_charter": lambda _: {"json": {"coach": "a" * 20, "finance_contact": "a" * 20}},
    "api.enter_baseline": lambda _: {"json": BASELINE},
    "api.enter_wages": lambda _: {"json": {"through": "2026-10-25"}},
    "api.give_back_claim": lambda _: {"json": {"comment": "which line?"}},
    "api.new_evidence": lambda _: {"json": {"kind": "meter", "reference": "Meter 7"}},
    "api.decide_at_gate": lambda _: {"json": {"role": "coach", "approved": True}},
    "api.override_at_gate": lambda _: {"json": {"reason": "The sponsor is ill until December."}},
    "api.put_capstone_template": lambda _: {"json": {"template": "a3"}},
    "api.submit_at_gate": lambda _: {"json": {"text": "Twenty changeovers were timed."}},
    "api.answer_one_follow_up": lambda _: {"json": {"in_use": "yes"}},
    "api.answer_many_follow_ups": lambda subjects: {
        "json": {"answers": [{"follow_up": subjects.value("", "asked"), "in_use": "yes"}]}
    },
    "api.new_evidence_file": lambda _: {"data": EVIDENCE_FILE, "content_type": "multipart/form-data; boundary=x"},
    "api.report_one_saving": lambda _: {
        "json": {
            "title": "Scrap at press 4",
            "amount": MONEY,
            "basis": "Scrap tickets",
            "isolation": "trend_line",
            "evidence": "meter",
            "reference": "Meter 7",
        }
    },
    "api.new_line": lambda _: {"json": {**LINE_DRAFT, "title": "Scrap on line 2"}},
    "api.realize_months": lambda _: {"json": {"months": [{"month": "2026-10", "amount": MONEY}]}},
    "api.confirm_claim": lambda _: {"json": {}},
    "api.report_claim": lambda _: {"json": {}},
    "api.review_claim": lambda _: {"json": {"checklist": []}},
    "api.say_lapsed": lambda _: {"json": {}},
    "api.say_sustained": lambda _: {"json": {}},
    "api.post_statement": lambda _: {"json": {}},
    "api.reverse_posting": lambda _: {"json": {"reason": "other", "note": "wrong line"}},
    "api.sign_token_in_again": lambda _: {"json": {"password": PASSWORD}},
    "api.take_back_claim": lambda _: {"json": {"reason": "other"}},
    "api.verify_claim": lambda _: {"json": {"amount": MONEY, "account": "5100"}},
    "api.claim_line": lambda subjects: {"json": {"line": subjects.value("", "line")}},
    "api.open_seat_contract": lambda subjects: {"json": {**SEATS, "firm": subjects.value("", "firm")}},
    "api.post_applicant": lambda subjects: {"json": {**SOMEBODY, "section": subjects.value("", "section")}},
    "api.post_application_decision": lambda _: {"json": {"decision": "waitlisted"}},
    "api.post_clock_hours": lambda _: {"json": CLOCK},
    "api.post_endorsement": lambda _: {"json": {"is_endorsed": True}},
    "api.post_firm_person": lambda _: {"json": {**SOMEBODY, "relation": "firm_viewer"}},
    "api.post_hours": lambda _: {"json": NEW_HOURS},
    "api.post_one_score": lambda _: SCORE,
    "api.post_reassignment": lambda _: {"json": SOMEBODY},
    "api.post_roster": lambda subjects: {
        "data": MULTIPART % subjects.value("", "site").encode(),
        "content_type": "multipart/form-data; boundary=x",
    },
    "api.post_score_of_nothing": lambda _: SCORE,
    "api.post_seat": lambda _: {"json": SOMEBODY},
    "api.post_seat_revocation": lambda _: {"json": {}},
    "api.post_settlement": lambda _: {"json": {"takes": True}},
    "api.post_timer": lambda _: {"json": {"client_key": str(UUID(int=9)), "kind": "mentoring"}},
    "api.post_timed_hours": lambda _: {"json": {"client_key": str(UUID(int=10))}},
    "api.post_timer_hours": lambda _: {"json": {**TIMER, "client_key": str(UUID(int=1))}},
    "api.put_application": lambda _: {
        "json": {"floor_months": 48, "job": "Lathes", "motivation": "To run the cell on my own.", "skills": SKILLS}
    },
    "api.put_draft_score": lambda _: SCORE,
    "api.put_seat_terms": lambda _: {"json": SEATS},
    "api.put_clock_hours": lambda _: {"json": CLOCK},
    "api.put_mail_settings": lambda _: {"json": MAIL},
    "api.put_hours": lambda _: {"json": NEW_HOURS},
    "api.post_session": lambda subjects: {"json": {**LAB_TIMES, "unit_id": subjects.value("", "unit")}},
    "api.post_session_move": lambda _: {"json": LAB_TIMES},
    "api.invite_to_group": lambda subjects: {"json": {"enrollment": _pair(subjects.world)[1]}},
    "api.answer_invitation": lambda _: {"json": {"answer": "leave"}},
    "api.put_group_together": lambda subjects: {"json": {"enrollments": _pair(subjects.world), "reason": "One bench."}},
    "api.put_group_members": lambda subjects: {"json": {"enrollments": _pair(subjects.world), "reason": "One bench."}},
    "student.answer_place": lambda _: {"data": {"answer": "leave"}},
    "api.save_quiz_answers": lambda _: {"json": {"answers": [], "version": 0}},
    "api.hand_in_quiz": lambda _: {"json": {"client_key": str(UUID(int=11))}},
    "api.preview_quiz_key": lambda _: {"json": {}},
    "api.correct_quiz_key": lambda _: {"json": {"key": {}, "preview": "0" * 32, "reason": "."}},
    "api.begin_file": lambda _: {"json": {"name": "new.png", "size": 70}},
    "api.append_to_upload": lambda _: ONE_BYTE,
    "student.append_file": lambda _: ONE_BYTE,
    "student.begin_file": lambda _: {"data": {"name": "new.png", "size": "70"}},
    "api.submit_week": lambda _: {"json": {}},
    "api.submit_work": lambda subjects: {
        "data": {"client_key": str(UUID(int=1)), "text": "Measured."},
        "content_type": "multipart/form-data",
    },
    "coordinator.add_gate": lambda subjects: {
        "data": {"cohort": subjects.value("", "cohort"), "unit": subjects.value("", "unit"), "code": "SAFE-CNC"}
    },
    "instructor.answer_objection": lambda _: {"data": {"answer": "stands", "reason": "Nobody saw you."}},
    "instructor.decide": lambda _: {"data": {"verdict": "granted"}},
    "instructor.sign_safety": lambda subjects: {
        "data": {"student": subjects.value("", "enrollment"), "code": "SAFE-CNC", "valid_until": "2026-12-31"}
    },
    "instructor.write_register": lambda _: {"data": {"version": "0"}},
    "student.log_queued": lambda subjects: {
        "data": {
            "person": subjects.world.person("Ada").public_id,
            "client_key": str(UUID(int=7)),
            "day": "2026-10-27",
            "unit": subjects.value("", "unit"),
            "quick": "30",
        }
    },
    "student.begin_timer": lambda _: {"data": {"client_key": str(UUID(int=9)), "other": "kind-mentoring"}},
    "student.make_up": lambda subjects: {"data": {"session": subjects.value("", "session")}},
    "coordinator.add_mentor": lambda _: {"data": {"email": "hana@example.org", "from_day": "2026-10-28"}},
    "coordinator.check": lambda _: {"data": {"found": "verified"}},
    "coordinator.decide": lambda _: {"data": {"outcome": "declined", "reason": "Not the same."}},
    "coordinator.end_mentor": lambda _: {"data": {"day": "2026-10-28"}},
    "coordinator.rule": lambda _: {"data": {"node": "course:PC", "kind": "waived", "reason": "Taught it."}},
    "employer.say_need": lambda _: {"data": {"spoke": "ROB", "is_needed": "yes"}},
    "instructor.add_evidence": lambda _: {
        "data": {"kind": "demonstration", "day": "2026-10-27", "note": "Did it alone."}
    },
    "instructor.revoke": lambda _: {"data": {"reason": "The wrong student."}},
    "instructor.sign": lambda _: {"data": {"level": "2"}},
    "instructor.take_evidence_back": lambda _: {"data": {"reason": "The wrong student."}},
    "admin.add_topic": lambda subjects: {"data": {"program": subjects.value("", "program")}},
    "admin.draft": lambda subjects: {"data": {"program": subjects.value("", "program"), "source": ""}},
    "instructor.exempt_student": lambda _: {"data": {"version": "0.0", "reason": "at the firm that week"}},
    "instructor.extend_activity": lambda _: {
        "data": {"until": "2026-11-20T23:59", "reason": "work", "note": "overtime week"}
    },
    "instructor.release_section": lambda subjects: {
        "data": {"section": subjects.value("", "section"), "activity": subjects.value("", "activity")}
    },
    "instructor.save_comment": lambda _: {"data": {"text": "Show your units."}},
    "instructor.score": lambda _: GRADED,
    "instructor.write_draft": lambda _: GRADED,
    "student.write_draft": lambda _: {"data": {"text": "Measured.", "version": "0"}},
}
