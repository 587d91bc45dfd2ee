"""The ledger: postings, their monthly savings entries, and who attested them."""
