"""The person: age and sex, menopause, body, habits, family, and what puts them outside the guideline."""
