"""The specialization tracks that plug into the hub: seats, ranked choices, decisions."""
