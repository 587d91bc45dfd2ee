"""What students work through: what was opened, done and seen, and the minutes that other systems measured."""
