"""The ways in for browsers: one folder per portal, plus the helpers that they share."""
