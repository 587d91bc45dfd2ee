"""The commands on the ledger, one file per deed: claiming, verifying, amending, cancelling, costs, wages."""
