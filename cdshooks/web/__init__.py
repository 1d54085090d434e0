"""The HTTP face of the house. No clinical rule lives here."""
