"""One student in one cohort: the spine that everything about a student hangs from."""
