"""What other systems say of a student, statement by statement: minutes, scores, what is done."""
