"""Messages to people: written in the transaction of the deed, sent after it."""
