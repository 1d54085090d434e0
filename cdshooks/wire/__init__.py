"""The messages of CDS Hooks 2.0 and 3.0, as they stand on the wire. No clinical rule lives here."""
