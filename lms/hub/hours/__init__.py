"""Weekly hours: a student logs minutes, hands in the week, an instructor or supervisor approves it.

Read this slice first. `models.py`: which facts are kept. `rules/`: what may be entered, what a week adds up to,
when it locks, what an approver has to look at. `services/`: one command per thing a person does. `queries.py`:
what pages read.
"""
