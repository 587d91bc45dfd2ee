"""Moving a student, or a cohort, to a newer version of the program: what is kept, lost and newly asked."""
