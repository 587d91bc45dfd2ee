"""What lines are worth and what projects cost. Start with `kinds`, then `worth`, then `costs`."""
