"""Sessions and the register as somebody may see them."""
