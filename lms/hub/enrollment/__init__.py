"""Enrollment: one student in one cohort, the spine from which everything hangs."""
