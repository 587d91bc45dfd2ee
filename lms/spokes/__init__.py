"""The spokes: specialization tracks that plug into the hub by adding plan units to an enrollment."""
