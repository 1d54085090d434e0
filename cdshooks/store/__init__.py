"""What the service keeps between calls: feedback, counts of cards, used tokens; of a patient a keyed hash."""
