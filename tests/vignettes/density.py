"""T-scores, Z-scores and FRAX results as FHIR resources."""

import datetime
import itertools

from tests.vignettes import codes
from tests.vignettes.codes import Code, Encoding
from tests.vignettes.resources import OTHER_PATIENT, PATIENT, Resource, Writer, amount, concept
from tests.vignettes.vignettes import Frax, TScore, ZScore

_NAMES = {
    "lumbar_spine": "L1-L4",
    "femoral_neck": "femoral neck",
    "total_hip": "total hip",
    "radius_33": "33% radius",
    "radius": "forearm",
    "calcaneus": "heel",
}


def write_t_scores(writer: Writer, scores: tuple[TScore, ...]) -> None:
    """One Observation a site, or panels and reports that hold them."""
    if writer.by_the_book:
        for score in scores:
            _observation(writer, score)
        return
    own = [score for score in scores if not score.of_other_patient]
    for score in scores:
        if score.of_other_patient:
            _observation(writer, score)
    for (day, status), group in itertools.groupby(own, key=lambda score: (score.date, score.status)):
        together = list(group)
        if len(together) > 1:
            _panel(writer, together, day, status)
        else:
            _report(writer, together[0])


def write_z_scores(writer: Writer, scores: tuple[ZScore, ...]) -> None:
    """Z-scores under their own codes."""
    for score in scores:
        writer.add(
            "Observation",
            status="final",
            code=concept(codes.Z_SCORE.by(writer.encoding)),
            effectiveDateTime=writer.when(score.date),
            valueQuantity=amount(score.value, "{Zscore}"),
        )


def write_frax(writer: Writer, frax: Frax | None) -> None:
    """Each probability as an Observation of its own."""
    if frax is None:
        return
    for code, value in ((codes.FRAX_HIP, frax.hip), (codes.FRAX_MAJOR, frax.mof)):
        if value is not None:
            printed = None if writer.by_the_book else frax.unit
            writer.add(
                "Observation",
                status=frax.status,
                code=concept(code),
                effectiveDateTime=writer.when(frax.date),
                valueQuantity=amount(value, frax.unit, printed),
            )


def _code(writer: Writer, score: TScore) -> Code:
    coded = codes.RIGHT_HIP if score.side == "right" else codes.T_SCORES[score.site]
    return coded.by(writer.encoding)


def _name(score: TScore) -> str | None:
    name = _NAMES.get(score.site)
    return f"{score.side or 'left'} {name}" if name and score.site != "lumbar_spine" else name


def _value(writer: Writer, score: TScore) -> Resource:
    if score.text is not None:
        return {"valueString": score.text}
    if score.value is None:
        return {}
    if score.unit == "{T-score}" and writer.encoding is Encoding.ICD10:
        # UCUM has no T-score: US Core's own examples write 1, others only print the unit.
        coded = score.site == "lumbar_spine"
        return {
            "valueQuantity": amount(score.value, None, "T-score")
            if coded
            else amount(score.value, "1") | {"unit": "T-Score"}
        }
    return {"valueQuantity": amount(score.value, score.unit)}


def _observation(writer: Writer, score: TScore) -> None:
    site = codes.BODY_SITES.get(score.site)
    name = _name(score) if score.site in {"radius_33", "total_hip"} else None
    writer.add(
        "Observation",
        patient=OTHER_PATIENT if score.of_other_patient else PATIENT,
        status=score.status,
        code=concept(_code(writer, score)),
        effectiveDateTime=writer.when(score.date) if score.date else None,
        bodySite=concept(site, text=name) if site else None,
        **_value(writer, score),
    )


def _panel(writer: Writer, scores: list[TScore], day: datetime.date | None, status: str | None) -> None:
    writer.add(
        "Observation",
        status=status,
        code=concept(codes.DXA_PANEL),
        effectiveDateTime=writer.when(day) if day else None,
        issued="2026-01-14T09:00:00Z",
        component=[
            {
                "code": concept(_code(writer, score), text=_name(score)),
                "extension": [],
                **_value(writer, score),
            }
            for score in scores
        ],
    )


def _report(writer: Writer, score: TScore) -> None:
    """A report that contains its result, or lists it; only the report has the date."""
    result = writer.new(
        "Observation",
        status=score.status,
        code=concept(_code(writer, score), text=_name(score)),
        category=[concept(Code("http://terminology.hl7.org/CodeSystem/observation-category", "imaging"))],
        **_value(writer, score),
    )
    contained = score.site == "lumbar_spine"
    if contained:
        del result["subject"]
    else:
        writer.resources.append(result)
    reference = f"#{result['id']}" if contained else f"Observation/{result['id']}"
    writer.add(
        "DiagnosticReport",
        status=score.status,
        code=concept(codes.DXA_REPORT),
        effectiveDateTime=writer.when(score.date) if score.date else None,
        contained=[result] if contained else None,
        result=[{"reference": reference}],
    )
