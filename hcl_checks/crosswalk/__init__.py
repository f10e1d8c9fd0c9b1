"""checkov's built-in checks held against our rules and clauses, and checkov's reports read by them."""
