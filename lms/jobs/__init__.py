"""What the product does by itself, on time: the schedule, the one process that keeps it, and the sweeps."""
