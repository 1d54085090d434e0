"""What the service keeps between calls: feedback, and which tokens were used. Keyed hashes, never a patient."""
