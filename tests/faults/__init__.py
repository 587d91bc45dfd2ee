"""What happens when something breaks: the server is killed, two are faster than one, the mail line drops, a bit flips.

Each test has a negative control: the same test of a product with a planted mistake, which it must find.
"""
