"""What the fields of a curriculum are called, and what to write in them; by kind and name where they differ."""

from collections.abc import Mapping

from lms.kernel.text import N_

LABELS: Mapping[object, str] = {
    "code": N_("Code"),
    "name": N_("Name"),
    "title": N_("Title"),
    "text": N_("Text"),
    "kind": N_("Kind"),
    "summary": N_("What it is about"),
    "note": N_("Note"),
    "weeks": N_("Cohort weeks"),
    "pass_percent": N_("Pass mark in percent"),
    "modality": N_("How it is taught"),
    "minutes_a_week": N_("Planned minutes a week"),
    "minutes": N_("Minutes"),
    ("item", "minutes"): N_("Planned minutes, for the whole of it"),
    "completion": N_("It counts as done"),
    "url": N_("Link"),
    "week": N_("Due in cohort week"),
    "due": N_("Day and time"),
    "attempts": N_("Attempts"),
    "weight": N_("Weight"),
    "files": N_("Files that are taken"),
    "brief": N_("Task"),
    "rubrics": N_("Shared rubrics"),
    "levels": N_("Levels, the best first"),
    "n": N_("How many of them"),
    "hours_kind": N_("Kind of hours"),
    "evidence": N_("Lowest evidence level"),
    "course": N_("Course"),
    "week_min_minutes": N_("Week band from, in minutes"),
    "week_max_minutes": N_("Week band to, in minutes"),
    "grace_minutes": N_("Grace after a due date, in minutes"),
    "late_rate_bp": N_("Taken off for each late interval, in hundredths of a percent"),
    "late_interval_minutes": N_("Late interval, in minutes"),
    "late_floor_bp": N_("Lateness never takes a score below, in hundredths of a percent"),
    "cutoff_days": N_("Late work is taken for, in days"),
    "missing_after_days": N_("Missing work counts as below after, in days"),
    "missing_counts_bp": N_("Missing work then counts, in hundredths of a percent"),
    "prior_learning_cap_bp": N_("Prior learning counts for at most, in hundredths of a percent"),
    "probation_days": N_("Probation, in days"),
    "spoke_first_week": N_("Spokes are ranked from cohort week"),
    "spoke_last_week": N_("Spokes are ranked to cohort week"),
    "spoke_ranks": N_("Spokes to rank"),
    "box_name": N_("Name of the box for stackable modules"),
    "box_min_hours": N_("Box: clock hours from"),
    "box_below_hours": N_("Box: clock hours below"),
    "box_min_weeks": N_("Box: weeks from"),
    "box_below_weeks": N_("Box: weeks below"),
}
HINTS: Mapping[object, str] = {
    "code": N_(
        "Capital letters, digits and hyphens. Scores and hours are matched by it, so keep it from version to version."
    ),
    "due": N_("Weekday and local time, for example “Sun 23:59”."),
    "levels": N_("One level a line, points first: “20: Exact and documented”."),
    "evidence": N_("0 self-report, 1 system trace, 2 countersigned, 3 attendance record."),
    "missing_after_days": N_("Empty: missing work never counts as anything."),
    ("item", "url"): N_("Give a link, or choose a file below."),
}
