"""What counts for a requirement though it was not done here: prior learning, waivers, and the reverse, holds."""
