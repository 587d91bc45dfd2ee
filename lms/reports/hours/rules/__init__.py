"""Pure folds over the lines of the hours ledger."""
