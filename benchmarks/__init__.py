"""Ratios, side by side in one run; `python -m benchmarks` prints them. Never a timed test."""
