"""Consent: what a student lets a firm see, and the log of what it saw."""
