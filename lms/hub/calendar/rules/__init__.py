"""Moving dates and finding clashes. Pure."""
