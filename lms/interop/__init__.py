"""Ways in and out for files of other systems: the curriculum file, rosters, exports."""
