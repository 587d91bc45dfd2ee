"""Quizzes: questions and keys, attempts with a time limit, marking by machine. Above grading, whose scores it gives."""
