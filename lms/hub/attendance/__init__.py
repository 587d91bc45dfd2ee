"""Sessions as they are lived: stations and safety, who was there, excuses, make-ups, and what of it counts.

The register's rows are facts of `lms.hub.cohorts`; the hours that they make are written by `lms.hub.hours`.
"""
