"""Grading: points on submissions, when they are shown, and the grades folded from them. Above coursework."""
