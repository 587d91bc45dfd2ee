"""Progress reviews: every so many weeks student, instructor and workplace supervisor talk, agree and sign (D32)."""
