"""What changes a cohort's dates and what people see of them: opening and copying a cohort, breaks, sessions, feeds."""
