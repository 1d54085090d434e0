"""Response headers: what every answer carries, and who in a browser may read it."""

import re

from flask import Flask, Response
from flask_cors import CORS

from cdshooks.settings import Settings

# The public sandbox of CDS Hooks, and whatever runs in a browser on this machine.
_DEV_ORIGINS = (
    re.compile(re.escape("https://sandbox.cds-hooks.org") + r"\Z"),
    re.compile(r"http://(localhost|127\.0\.0\.1)(:[0-9]+)?\Z"),
)


def guard_answers(app: Flask) -> None:
    """Have every answer, errors too, neither stored by a cache nor guessed at by a browser."""

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if not response.calculate_content_length():
            # What is empty is neither JSON nor, as Flask has it for OPTIONS, HTML.
            response.headers.pop("Content-Type", None)
        return response


def allow_origins(app: Flask, settings: Settings) -> None:
    """Let the configured browser origins, and no others, call and read every answer."""
    # Compiled and anchored: flask-cors would guess which strings are patterns, and would match prefixes.
    given = [re.compile(re.escape(origin) + r"\Z", re.IGNORECASE) for origin in settings.cors_origins]
    origins = given or (list(_DEV_ORIGINS) if settings.dev else [])
    if origins:
        CORS(
            app,
            origins=origins,
            methods=("GET", "HEAD", "POST", "OPTIONS"),
            allow_headers=("Authorization", "Content-Type"),
            supports_credentials=False,
            always_send=False,
            # A browser asks before a public page may reach a private address, as the sandbox does in dev.
            allow_private_network=settings.dev,
            max_age=600,
            # Errors pass through after_request here like every answer; one pass is enough.
            intercept_exceptions=False,
        )
