"""What industry wants taught: proposed topics, who endorses them, and what the program decided."""
