"""The process that answers calls: gunicorn around the application, and what it listens on."""
