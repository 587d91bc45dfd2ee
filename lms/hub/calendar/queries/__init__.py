"""Reads of the calendar; each file says how many statements it costs."""
