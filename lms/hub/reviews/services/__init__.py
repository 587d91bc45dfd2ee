"""Commands of progress reviews."""
