"""What is done with rosters, invitations, seats and applications, one command each."""
