"""Secrets that are shown once and stored as a hash: sign-ins, API tokens, invitation links."""

import hashlib
import secrets

API_PREFIX = "lms_"


def new_secret(prefix: str = "") -> str:
    """256 random bits as URL-safe text."""
    return prefix + secrets.token_urlsafe(32)


def sha256_of(secret: str) -> str:
    """What is stored of a secret. Plain SHA-256 is enough: the secret is random."""
    return hashlib.sha256(secret.encode()).hexdigest()
