"""Public ids for URLs, files and credentials; never the row number."""

import secrets

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
PUBLIC_ID_LENGTH = 20  # 100 bits: nobody guesses one, and no two meet
_LETTER_OF_BYTE = (LETTERS * (256 // len(LETTERS))).encode()  # each letter stands for equally many bytes


def new_public_id() -> str:
    """A random id of 20 lower-case letters and digits."""
    return secrets.token_bytes(PUBLIC_ID_LENGTH).translate(_LETTER_OF_BYTE).decode()
