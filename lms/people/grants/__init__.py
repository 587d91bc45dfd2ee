"""Grants: who holds which relation over what, from when to when."""
