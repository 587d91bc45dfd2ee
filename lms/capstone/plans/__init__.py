"""The plan of a project: its gates by template, milestones, and what the team hands in."""
