"""Setting quizzes, taking them, marking them, and correcting their keys."""
