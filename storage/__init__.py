"""Tables, queries, transactions and migrations; no rules."""
