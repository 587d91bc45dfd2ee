"""Rosters and their lines, student numbers, seats of firms, applications, and who is to act for a firm."""
