"""The capstone: a project at the firm of the student, and the ledger of what it saved."""
