"""What every student shares: the catalog, cohorts, enrollment, hours, coursework, grades and standing."""
