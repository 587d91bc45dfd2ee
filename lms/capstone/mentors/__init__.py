"""Mentors of students: dated, not too many to one, and never where they judge the same student's savings."""
