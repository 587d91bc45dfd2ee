"""Commands that open cohorts, move dates, staff sections and hand out feeds."""
