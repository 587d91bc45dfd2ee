"""Reads of rosters, invitations, seats and applications."""
