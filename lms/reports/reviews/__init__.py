"""Progress reviews as a printed page."""
