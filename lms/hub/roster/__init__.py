"""How people come into a cohort: rosters, invitations, the seats of firms, applications."""
