"""Coursework: what is set, until when for whom, and what was handed in. Above enrollment, below grading."""
