"""From a decision to cards: the words, and which suggestions ride on them. Knows no Flask and no HTTP."""
