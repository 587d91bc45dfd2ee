"""A cohort learning-management system for technologist certificates.

Facts in, numbers out; everything hangs on the enrollment. A command appends one dated fact,
a pure rule folds facts into a number, and the place where a fact hangs (its anchor) says who may see it.
Start reading at `lms/hub/hours/`: `rules.py`, then `services.py`, then `queries.py`.
"""
