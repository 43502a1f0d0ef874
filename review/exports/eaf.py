"""ELAN's format (EAF 3.0, https://www.mpi.nl/tools/elan/EAFv3.0.xsd): a tier for each lane, the index, words, marks and notes."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.session import SessionInfo
from core.session_stream import SessionStream
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from core.version import VERSION
from review.annotations import Annotation, annotations
from review.exports.printable import for_xml
from review.exports.whole_file import whole_file

_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TYPE = "stretch"


def write_eaf(path: Path, session: SessionStream, settings: ReviewSettings = REVIEW_DEFAULTS) -> None:
    """Write it, whole or not at all; raises OutputUnwritable. Times are milliseconds since the session began."""
    document = ET.ElementTree(_document(session.info, annotations(session, settings)))
    ET.indent(document, " ")
    with whole_file(path) as stream:
        stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        document.write(stream, encoding="unicode")
        stream.write("\n")


def _document(info: SessionInfo, tiers: Mapping[str, Sequence[Annotation]]) -> ET.Element:
    root = ET.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": f"Affectograph {VERSION}",
            "DATE": info.started_utc.isoformat(),
            "FORMAT": "3.0",
            "VERSION": "3.0",
            "xmlns:xsi": _XSI,
            "xsi:noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    header = ET.SubElement(root, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    count = sum(map(len, tiers.values()))
    for name, value in (("lastUsedAnnotationId", count), ("session", info.id), ("started_utc", info.started_utc.isoformat())):
        ET.SubElement(header, "PROPERTY", NAME=name).text = str(value)
    order = ET.SubElement(root, "TIME_ORDER")
    number = 0
    for name, found in tiers.items():
        tier = ET.SubElement(root, "TIER", LINGUISTIC_TYPE_REF=_TYPE, TIER_ID=name)
        for one in found:
            number += 1
            _annotate(order, tier, one, number)
    ET.SubElement(root, "LINGUISTIC_TYPE", GRAPHIC_REFERENCES="false", LINGUISTIC_TYPE_ID=_TYPE, TIME_ALIGNABLE="true")
    return root


def _annotate(order: ET.Element, tier: ET.Element, one: Annotation, number: int) -> None:
    starts, ends = f"ts{2 * number - 1}", f"ts{2 * number}"
    for slot, at in ((starts, one.starts_at), (ends, one.ends_at)):
        ET.SubElement(order, "TIME_SLOT", TIME_SLOT_ID=slot, TIME_VALUE=str(round(at * 1000)))
    aligned = ET.SubElement(
        ET.SubElement(tier, "ANNOTATION"), "ALIGNABLE_ANNOTATION", ANNOTATION_ID=f"a{number}", TIME_SLOT_REF1=starts, TIME_SLOT_REF2=ends
    )
    ET.SubElement(aligned, "ANNOTATION_VALUE").text = for_xml(one.words)
