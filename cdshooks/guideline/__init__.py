"""The guideline: typed inputs to a decision. Pure; imports nothing but `fhir_mappings.inputs`."""
