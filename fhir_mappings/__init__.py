"""FHIR R4 resources → typed guideline inputs. Knows nothing of Flask or CDS Hooks and is usable alone."""
