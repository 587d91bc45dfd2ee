"""Frameworks from files, evidence and sign-offs, credentials of others."""
