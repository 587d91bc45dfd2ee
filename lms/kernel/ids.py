"""Public ids for URLs, files and credentials; never the row number."""

import base64
import secrets

PUBLIC_ID_BYTES = 12  # 96 bits: nobody guesses one, and no two meet


def new_public_id() -> str:
    """A random id of 20 lower-case letters and digits."""
    return base64.b32encode(secrets.token_bytes(PUBLIC_ID_BYTES)).decode().rstrip("=").lower()
