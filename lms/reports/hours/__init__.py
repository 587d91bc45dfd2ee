"""One ledger of hours, looked at as each regulator wants it, and packed for an auditor.

`rules` folds lines of the ledger, `queries` reads them, `services` packs an archive, which is audited.
"""
