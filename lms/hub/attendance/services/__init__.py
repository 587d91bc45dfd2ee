"""Commands on sessions and attendance."""
