"""One student's life in the program, as the pages of student and coordinator show it."""
