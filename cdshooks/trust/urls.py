"""URLs in a trust file: where keys are, and which FHIR servers may be asked."""

from urllib.parse import urlsplit

from cdshooks.trust.addresses import is_loopback


def url_mistake(url: str, *, plain_on_loopback: bool) -> str | None:
    """Why nothing may be fetched from the URL, or None. `plain_on_loopback`: http is fine on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return "is not a URL"
    if not host or any(not "!" <= letter <= "~" or letter == "\\" for letter in url):
        return "is not a URL in ASCII"
    if parts.username is not None or parts.password is not None:
        return "holds a user name"
    if parts.fragment or url.endswith("#"):
        return "holds a fragment"
    if parts.scheme == "https" or (plain_on_loopback and parts.scheme == "http" and is_loopback(host)):
        return None
    return "is not https"
