"""Laboratory values that decide."""
