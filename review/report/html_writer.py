"""A document as one HTML page that needs nothing else - no network, no script - and prints on A4 or Letter."""

import base64
from collections.abc import Iterator, Sequence

from core.class_map_picture import class_map_caption
from core.readings import ClassMap
from review.report.class_maps import OUTLINE, png
from review.report.document import (
    Block,
    Bullets,
    Card,
    Cards,
    ChartKey,
    ClassMaps,
    Cover,
    Document,
    Figure,
    Heading,
    Notice,
    Paragraph,
    Section,
    Table,
    Words,
)
from review.report.html_parts import escape, inline
from review.report.paper import Paper
from review.report.style_sheet import CSS
from review.report.svg import svg

HATCH = (
    '<svg class="defs" aria-hidden="true" focusable="false"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><path d="M0 0V5"/></pattern></defs></svg>'
)
"""Once in the page: what the charts fill gaps with."""


def html_page(document: Document, paper: Paper = Paper.A4) -> Iterator[str]:
    """The page, part by part."""
    style = CSS + f"@page {{ size: {paper}; margin: 15mm 14mm; }}\n"
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)} – Affectograph</title>\n<style>{style}</style>\n</head>\n<body>\n{HATCH}\n<main>\n"
    )
    yield _cover(document.cover)
    for part in document.sections:
        yield _section(part)
    yield f"<footer>{escape(document.footer)}</footer>\n</main>\n</body>\n</html>\n"


def _cover(cover: Cover) -> str:
    filed = f'<dl class="facts filed">{_facts(cover.filed)}</dl>\n' if cover.filed else ""
    signed = "".join(f"<span>{name}</span>" for name in ("Read by", "Date", "Signature")) if cover.signature else ""
    signature = f'<p class="signature" aria-hidden="true">{signed}</p>\n' if signed else ""
    return (
        f'<header>\n<p class="eyebrow">{escape(cover.kind)}</p>\n<h1>{inline(cover.title)}</h1>\n'
        f'<dl class="facts">{_facts(cover.facts)}</dl>\n</header>\n{"".join(map(_block, cover.notices))}\n{filed}{signature}'
    )


def _facts(facts: Sequence[tuple[str, Words]]) -> str:
    return "".join(f"<div><dt>{escape(name)}</dt><dd>{inline(fact)}</dd></div>" for name, fact in facts)


def _section(part: Section) -> str:
    inside = "\n".join(map(_block, part.blocks))
    return f'<section aria-labelledby="{part.name}">\n<h2 id="{part.name}">{escape(part.title)}</h2>\n{inside}\n</section>\n'


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h3>{inline(block.words)}</h3>"
        case Paragraph():
            return f'<p class="small">{inline(block.words)}</p>' if block.small else f"<p>{inline(block.words)}</p>"
        case Bullets():
            return f"<ul>{''.join(f'<li>{inline(item)}</li>' for item in block.items)}</ul>"
        case Notice():
            kind = "notice safety" if block.safety else "notice"
            return f'<div class="{kind}" role="note">{"".join(f"<p>{inline(words)}</p>" for words in block.paragraphs)}</div>'
        case Cards():
            return f'<ul class="cards">{"".join(map(_card, block.cards))}</ul>'
        case Table():
            return _table(block)
        case Figure():
            return f"<figure>\n{svg(block.drawing)}\n<figcaption>{inline(block.caption)}</figcaption>\n</figure>"
        case ChartKey():
            return (
                f'<p class="small">In the charts:<span class="legend absent"></span>{escape(block.absent)}'
                f'<span class="legend gap"></span>{escape(block.gap)} {escape(block.rest)}</p>'
            )
        case ClassMaps():
            items = "".join(_class_map(class_map, words) for class_map, words in block.maps)
            return f'<figure><ul class="maps">{items}</ul><figcaption>{escape(block.caption)}</figcaption></figure>'


def _card(card: Card) -> str:
    number = (
        f'<span class="number">{escape(card.number)}</span>' if card.number else f'<span class="number none">{escape(card.none)}</span>'
    )
    return f'<li><span class="what">{escape(card.what)}</span>{number}<span class="rest">{escape(card.rest)}</span></li>'


def _table(block: Table) -> str:
    """The first cell of each row heads it; nothing where there are no rows."""
    if not block.rows:
        return ""
    head = "".join(f'<th scope="col"{_number_class(index, block)}>{escape(words)}</th>' for index, words in enumerate(block.heads))
    rows = "\n".join("<tr>" + "".join(_cell(index, words, block) for index, words in enumerate(row)) + "</tr>" for row in block.rows)
    return f"<table><caption>{escape(block.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"


def _cell(index: int, words: Words, block: Table) -> str:
    if index == 0:
        return f'<th scope="row">{inline(words)}</th>'
    return f"<td{_number_class(index, block)}>{inline(words)}</td>"


def _number_class(index: int, block: Table) -> str:
    return ' class="number"' if index >= block.numbers_from else ""


def _class_map(class_map: ClassMap, words: str) -> str:
    uri = f"data:image/png;base64,{base64.b64encode(png(class_map)).decode()}"
    caption = class_map_caption(class_map.label)
    return (
        f'<li><svg viewBox="0 0 100 100" role="img" aria-label="{escape(caption)}">'
        f'<image width="100" height="100" preserveAspectRatio="none" href="{uri}"/>'
        f'<path class="outline" d="{OUTLINE}"/></svg>{escape(f"{words}. {caption}.")}</li>'
    )
