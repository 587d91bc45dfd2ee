"""Reads of progress reviews."""
