"""What the product stands on: time, money, errors, the database. No word of the product in here."""
