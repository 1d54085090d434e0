"""FHIR OperationOutcome: the body of every answer that is not 200 (PROTOCOL C6).

Nothing here ever quotes a value of the request: a message names the element and what was expected.
"""

import msgspec

from cdshooks.wire.response import Part


class Text(Part, frozen=True, kw_only=True):
    """The text of a CodeableConcept."""

    text: str


class Issue(Part, frozen=True, kw_only=True):
    """One problem: `expression` names the element of the request, `details` says what to do about it."""

    severity: str
    code: str
    details: Text
    diagnostics: str | None = None
    expression: tuple[str, ...] | None = None


class OperationOutcome(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="resourceType", tag="OperationOutcome"
):
    """A FHIR R4 OperationOutcome."""

    issue: tuple[Issue, ...]


def issue(severity: str, code: str, text: str, expression: str | None = None) -> Issue:
    """One issue of an OperationOutcome."""
    return Issue(
        severity=severity,
        code=code,
        details=Text(text=text),
        expression=None if expression is None else (expression,),
    )


class Problem(Exception):  # noqa: N818 - the word of RFC 9457 for what an HTTP answer of 4xx or 5xx says
    """A call that cannot be answered with cards. Raised anywhere, turned into HTTP in web.problems only.

    `code` is of the FHIR value set issue-type; `expressions` are FHIRPath-like names of request elements.
    """

    def __init__(
        self,
        status: int,
        code: str,
        text: str,
        *,
        expressions: tuple[str, ...] = (),
        diagnostics: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers or {}
        issue = Issue(
            severity="error",
            code=code,
            details=Text(text=text),
            diagnostics=diagnostics,
            expression=expressions or None,
        )
        self.outcome = OperationOutcome(issue=(issue,))

    @classmethod
    def of(cls, status: int, issues: tuple[Issue, ...]) -> "Problem":
        """A problem of several issues at once, in the order they should be read."""
        problem = cls(status, issues[0].code, issues[0].details.text)
        problem.outcome = OperationOutcome(issue=issues)
        return problem
