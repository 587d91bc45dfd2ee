"""What holds for all of the product at once, whoever adds the next slice."""
