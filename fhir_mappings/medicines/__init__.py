"""What a patient takes or has taken, of the medicines that the guideline asks about."""
