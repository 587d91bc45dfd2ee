"""Accounts: who a person is, how they sign in, and the tokens they make."""
