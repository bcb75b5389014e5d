"""The ledger's arithmetic: which bytes an entry is, how entries are chained, and how checkpoints sum them up."""
