"""Work that several students hand in together: who belongs to whom, and what they handed in."""
