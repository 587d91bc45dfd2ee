"""Organizations: the firms that sponsor students and the sites that teach them."""
