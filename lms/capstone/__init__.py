"""The capstone: a project at the student's firm, what it saved, and what that is worth. Method: docs/savings.md."""
