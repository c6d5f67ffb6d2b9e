"""What was done to a record, who looked at a person, and who looks at too many."""
