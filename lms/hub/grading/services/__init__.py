"""Grading: rubrics, drafts of scores, scores, and showing them; one file per topic."""
