"""Where a student stands: what the program still asks, and whether they are on pace."""
