"""Bone Health CDS: a CDS Hooks service for osteopenia and osteoporosis."""

GUIDELINE_VERSION = "0.1.0"
"""Semantic version of the clinical rules as implemented: changes when any decision could change."""
