"""What a roster file means and what it changes; when an invitation counts; seats, applications and skills."""
