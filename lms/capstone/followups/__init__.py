"""Asking the firm after 3, 6 and 12 months what lasted."""
