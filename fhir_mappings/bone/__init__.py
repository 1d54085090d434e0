"""T-scores, fractures and FRAX results."""
