"""The program as data: versions, courses, units, requirements."""
