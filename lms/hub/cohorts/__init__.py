"""Cohorts: a year on the calendar, its weeks, breaks, sections and sessions."""
