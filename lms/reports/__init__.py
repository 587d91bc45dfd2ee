"""What goes out of the house: reports and packs, each a view over facts that stand elsewhere."""
