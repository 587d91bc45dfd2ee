"""Projects, their teams and the gates they pass."""
