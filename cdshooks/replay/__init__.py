"""Calls made again: charts made into requests, requests answered, and the answers held against a record."""
