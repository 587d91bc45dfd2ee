"""How reference files are read and what bands are made of them."""
