"""What stands in a ledger and what may be done to it. Start with `kinds`, then `ledger`, then `attest`."""
