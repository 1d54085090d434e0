"""National Drug Codes, however they are written.

A code has a labeler, a product and a package, in ten digits (4-4-2, 5-3-2 or 5-4-1) or padded to eleven
(5-4-2). The package says only how much is in it; a medicine is known by the nine digits before it.
"""

from collections.abc import Callable, Container

NDC = "http://hl7.org/fhir/sid/ndc"
NDC_ALIASES = ("urn:oid:2.16.840.1.113883.6.69",)

_LABELER, _PRODUCT = 5, 4
_TEN, _ELEVEN = 10, 11


def products_of(known: Container[str]) -> Callable[[str], str]:
    """The spelling of a code by the nine digits of its product, where that is known; else as written.

    Ten digits without hyphens can be read in three ways: that one counts which alone is a known product.
    """

    def product_of(code: str) -> str:
        found = [each for each in dict.fromkeys(_products(code.strip())) if each in known]
        return found[0] if len(found) == 1 else code.strip()

    return product_of


def _products(code: str) -> tuple[str, ...]:
    if not code.replace("-", "").isdecimal():
        return ()
    if "-" in code:
        labeler, product = code.split("-")[:2]
        fits = len(labeler) <= _LABELER and len(product) <= _PRODUCT
        return (labeler.zfill(_LABELER) + product.zfill(_PRODUCT),) if fits else ()
    if len(code) == _ELEVEN:
        return (code[:9],)
    return (f"0{code[:8]}", f"{code[:5]}0{code[5:8]}", code[:9]) if len(code) == _TEN else ()
