"""How tests read what is shown: as the XML that it is, too."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"


def html(thing: Any) -> ET.Element:
    """What a notebook shows of something, without its style."""
    page = ET.fromstring(thing._repr_mimebundle_()["text/html"])
    for parent in list(page.iter()):
        for child in list(parent):
            if child.tag.endswith("style"):
                parent.remove(child)
    return page


def said(element: ET.Element) -> str:
    """The text in an element, as it is read."""
    return " ".join("".join(element.itertext()).split())


def rows(element: ET.Element) -> list[list[str]]:
    """The rows of all tables in an element, without their heads."""
    return [[said(cell) for cell in row] for row in element.iterfind(".//tbody/tr")]


def drawn(picture: Any) -> list[str]:
    """The pieces of text in a picture, in order, without what only shows when pointed at."""
    svg = ET.fromstring(picture.svg)
    pieces = []
    for text in svg.iter(f"{SVG}text"):
        for title in text.findall(f"{SVG}title"):
            title.text = ""
        pieces.append("|".join(piece for piece in text.itertext() if piece))
    return pieces


def boxes(picture: Any, kind: str) -> int:
    """How many rectangles of a class there are."""
    svg = ET.fromstring(picture.svg)
    return sum(box.get("class") == kind for box in svg.iter(f"{SVG}rect"))
