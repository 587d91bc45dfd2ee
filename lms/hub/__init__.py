"""What every student shares: the program, the cohort, the enrollment, hours, coursework, grades, standing."""
