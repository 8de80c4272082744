"""HTML twins: one ``article.sheet`` a paper, classes only, no style of its own (``webui/static/css/paper.css``)."""

from __future__ import annotations

from tools.documents.paper import (
    Addressee,
    Band,
    Blanks,
    Block,
    Cell,
    Each,
    Foot,
    Grid,
    Letterhead,
    Listing,
    Number,
    Paper,
    Para,
    SignOff,
    Title,
)

MARK = "演示数据"


def twin(paper: Paper) -> str:
    """Return the Jinja source of a paper's HTML twin."""
    classes = ["sheet"] + ["sheet-form"] * paper.form + ["sheet-landscape"] * paper.landscape
    made = [f'<article class="{" ".join(classes)}" data-template="{paper.key}">']
    made.append("{% if given.synthetic %}")
    made.append(f'<p class="paper-mark" aria-hidden="true">{MARK}</p>')
    made.append("{% endif %}")
    for block in paper.blocks:
        made += _conditional(getattr(block, "when", ""), _block(block))
    made.append("{% if given.synthetic %}")
    made.append(f'<p class="foot paper-synthetic">{MARK}，人员均为虚构。</p>')
    made.append("{% endif %}")
    made.append("</article>")
    return "\n".join(made) + "\n"


def _conditional(when: str, made: list[str]) -> list[str]:
    return [f"{{% if {when} %}}", *made, "{% endif %}"] if when else made


def _block(block: Block) -> list[str]:
    match block:
        case Letterhead():
            return [f'<p class="letterhead">{block.text}</p>']
        case Title():
            return [f"<h1>{block.text}</h1>"]
        case Number():
            return [f'<p class="docno">{block.text}</p>']
        case Addressee():
            return [f'<p class="addressee">{block.text}</p>']
        case Para(strong=True):
            return [f'<p class="strong">{block.text}</p>']
        case Para():
            return [f"<p>{block.text}</p>"]
        case Each():
            return [f"{{% for row in {block.value} %}}", f"<p>{block.text}</p>", "{% endfor %}"]
        case Band():
            return [f"<h2>{block.text}</h2>"]
        case Grid():
            return _grid(block)
        case Listing():
            return _listing(block)
        case SignOff():
            return ['<p class="sign-off">' + "<br>".join(block.lines) + "</p>"]
        case Blanks():
            return ['<div class="blanks">', *(f"<p>{line}</p>" for line in block.lines), "</div>"]
        case Foot():
            return [f'<p class="foot">{block.text}</p>']


def pairs(cells: tuple[Cell, ...]) -> list[tuple[Cell, ...]]:
    """Return the lines of a grid: a wide or conditional cell stands alone, others two by two."""
    made: list[tuple[Cell, ...]] = []
    for each in cells:
        alone = each.wide or each.when
        if not alone and made and len(made[-1]) == 1 and not made[-1][0].wide and not made[-1][0].when:
            made[-1] = (*made[-1], each)
        else:
            made.append((each,))
    return made


def _grid(grid: Grid) -> list[str]:
    made = ['<table class="facts">']
    for line in pairs(grid.cells):
        if len(line) == 1:
            row = [f'<tr><th scope="row">{line[0].label}</th><td colspan="3">{line[0].text}</td></tr>']
        else:
            row = [
                "<tr>" + "".join(f'<th scope="row">{each.label}</th><td>{each.text}</td>' for each in line) + "</tr>"
            ]
        made += _conditional(line[0].when, row)
    return [*made, "</table>"]


def _listing(listing: Listing) -> list[str]:
    heads = "".join(f'<th scope="col">{each.heading}</th>' for each in listing.columns)
    cells = "".join(
        f'<td class="figures">{each.text}</td>' if each.figures else f"<td>{each.text}</td>" for each in listing.columns
    )
    width = len(listing.columns)
    made = ['<table class="listing">', f"<thead><tr>{heads}</tr></thead>", "<tbody>"]
    made += [f"{{% for row in {listing.value} %}}", f"<tr>{cells}</tr>", "{% else %}"]
    made += [f'<tr><td colspan="{width}">无</td></tr>', "{% endfor %}"]
    if listing.total:
        made.append(f'<tr class="total"><td colspan="{width}">{listing.total}</td></tr>')
    return [*made, "</tbody>", "</table>"]
