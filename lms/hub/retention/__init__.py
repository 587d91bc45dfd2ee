"""How long a student's records are kept after they left, and whose may not be touched at all."""
