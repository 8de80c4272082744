"""Word templates: A4, 公文 type, docxtpl tags in single runs so that Word cannot tear them apart."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from tools.documents.paper import (
    Addressee,
    Band,
    Blanks,
    Block,
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
from tools.documents.twins import MARK, pairs

TITLE_FONT, BODY_FONT, STRONG_FONT = "方正小标宋简体", "仿宋", "黑体"
RED = RGBColor(0xC0, 0x00, 0x00)
ALTERNATIVES = {TITLE_FONT: "宋体", BODY_FONT: "FangSong", STRONG_FONT: "SimHei"}
"""What a machine without the font falls back on; written into the font table of the file."""

WATERMARK = """<w:r {ns}><w:pict xmlns:v="urn:schemas-microsoft-com:vml"
xmlns:o="urn:schemas-microsoft-com:office:office">
<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">
<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
<v:f eqn="if @0 @4 21600"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>
</v:shapetype>
<v:shape id="Watermark" o:spid="_x0000_s2049" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;
width:360pt;height:90pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;
mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin"
fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".5"/><v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt"
string="{mark}"/></v:shape></w:pict></w:r>"""


class _Sheet:
    """Writes the blocks of one paper into a Word document."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.doc: Doc = Document()
        self.size, self.leading = (12, 20) if paper.form else (16, 28)
        self._page()
        self._fonts()
        self._edges()

    def _page(self) -> None:
        section = self.doc.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, (28, 26, 25, 28))
        if self.paper.form:
            section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(
                Mm, (22, 20, 20, 22)
            )
        if self.paper.landscape:
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = section.page_height, section.page_width
        self.width = section.page_width - section.left_margin - section.right_margin

    def _fonts(self) -> None:
        style = self.doc.styles["Normal"]
        style.font.name, style.font.size = "Times New Roman", Pt(self.size)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FONT)
        part = next(each for each in self.doc.part.package.iter_parts() if "fontTable" in str(each.partname))
        fonts = "".join(
            f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
            for name, other in ALTERNATIVES.items()
        )
        part._blob = part.blob.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")
        core = self.doc.core_properties
        core.title, core.author, core.comments, core.language = self.paper.key, "jiuzhu", "", "zh-CN"
        core.created = core.modified = datetime(2026, 1, 1)  # noqa: DTZ001 (core properties are naive)

    def _edges(self) -> None:
        section = self.doc.sections[0]
        header = section.header
        header.paragraphs[0].text = "{%p if given.synthetic %}"
        marked = header.add_paragraph()
        mark: Any = parse_xml(WATERMARK.format(ns=nsdecls("w"), mark=MARK))
        marked._p.append(mark)
        header.add_paragraph("{%p endif %}")
        header.add_paragraph()
        for thin in (marked, header.paragraphs[-1]):
            self._space(thin, 1)
        section.header_distance = section.footer_distance = Mm(12)
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self.run(footer, "{% if given.synthetic %}" + MARK + "，人员均为虚构　{% endif %}", size=10.5)
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            run = self.run(footer, "", size=10.5)
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = text
            run._r.append(element)

    def run(self, paragraph: Paragraph, text: str, *, size: float = 0, font: str = BODY_FONT, bold: bool = False):  # type: ignore[no-untyped-def]
        run = paragraph.add_run(text)
        run.font.size, run.font.bold = Pt(size or self.size), bold
        run.font.name = "Times New Roman"
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        return run

    def paragraph(self, text: str, *, leading: float = 0, indent: bool = False, **look: object) -> Paragraph:
        paragraph = self.doc.add_paragraph()
        self._space(paragraph, leading or self.leading)
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * self.size)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        self.run(paragraph, text, **look)  # type: ignore[arg-type]
        return paragraph

    @staticmethod
    def _space(paragraph: Paragraph, leading: float) -> None:
        form = paragraph.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(leading)

    def tag(self, text: str) -> None:
        """Write a paragraph that only holds a docxtpl tag (it vanishes when the document is made)."""
        self.paragraph(text)

    def write(self, block: Block) -> None:
        """Write one block, inside its condition."""
        when = getattr(block, "when", "")
        if when:
            self.tag("{%p if " + when + " %}")
        self._write(block)
        if when:
            self.tag("{%p endif %}")

    def _write(self, block: Block) -> None:
        match block:
            case Letterhead():
                self._letterhead(block.text)
            case Title():
                made = self.paragraph(block.text, leading=34, size=20 if self.paper.form else 22, font=TITLE_FONT)
                made.alignment = WD_ALIGN_PARAGRAPH.CENTER
                made.paragraph_format.space_before = Pt(0 if self.paper.form else 14)
                made.paragraph_format.space_after = Pt(6)
            case Number():
                made = self.paragraph(block.text)
                made.alignment = WD_ALIGN_PARAGRAPH.CENTER
                made.paragraph_format.space_after = Pt(8)
            case Addressee():
                self.paragraph(block.text)
            case Para():
                self.paragraph(block.text, indent=True, font=STRONG_FONT if block.strong else BODY_FONT)
            case Each():
                self.tag("{%p for row in " + block.value + " %}")
                self.paragraph(block.text, indent=True)
                self.tag("{%p endfor %}")
            case Band():
                made = self.paragraph(block.text, font=STRONG_FONT)
                made.paragraph_format.space_before = Pt(8)
                made.paragraph_format.space_after = Pt(3)
                made.paragraph_format.keep_with_next = True
            case Grid():
                self._grid(block)
            case Listing():
                self._listing(block)
            case SignOff():
                for number, line in enumerate(block.lines):
                    made = self.paragraph(line)
                    made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                    made.paragraph_format.right_indent = Pt(2 * self.size)
                    made.paragraph_format.keep_with_next = number + 1 < len(block.lines)
                    if number == 0:
                        made.paragraph_format.space_before = Pt(12 if self.paper.form else self.leading)
            case Blanks():
                for number, line in enumerate(block.lines):
                    made = self.paragraph(line, size=min(self.size, 14))
                    made.paragraph_format.space_before = Pt(18 if number == 0 else 4)
            case Foot():
                made = self.paragraph(block.text, leading=16, size=10.5)
                made.paragraph_format.space_before = Pt(12)
                self._border(made, "top", "4", "000000")

    def _letterhead(self, text: str) -> None:
        made = self.paragraph(text, leading=44, size=30, font=TITLE_FONT)
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        made.runs[0].font.color.rgb = RED
        self._border(made, "bottom", "18", "C00000")

    @staticmethod
    def _border(paragraph: Paragraph, side: str, size: str, colour: str) -> None:
        borders: Any = OxmlElement("w:pBdr")
        line = OxmlElement(f"w:{side}")
        for name, setting in (("val", "single"), ("sz", size), ("space", "4"), ("color", colour)):
            line.set(qn(f"w:{name}"), setting)
        borders.append(line)
        paragraph._p.get_or_add_pPr().insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )

    def _table(self, rows: int, shares: list[int]) -> Table:
        if not self.paper.form:
            self._gap()
        table: Table = self.doc.add_table(rows, len(shares))
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        for position, share in enumerate(shares):
            # Word reads the cells' widths, LibreOffice the columns'.
            table.columns[position].width = int(self.width * share / sum(shares))
            for row in table.rows:
                row.cells[position].width = int(self.width * share / sum(shares))
        return table

    def _fill(self, cell: _Cell, text: str, *, strong: bool = False, align: int = WD_ALIGN_PARAGRAPH.LEFT) -> None:
        paragraph = cell.paragraphs[0]
        size = 12 if not self.paper.landscape else 10.5
        self._space(paragraph, size + 7)
        paragraph.alignment = align
        self.run(paragraph, text, size=size, font=STRONG_FONT if strong else BODY_FONT)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER

    def _grid(self, grid: Grid) -> None:
        rows: list[tuple[str, ...]] = []
        for line in pairs(grid.cells):
            if line[0].when:
                rows.append(("{%tr if " + line[0].when + " %}",))
            rows.append(tuple(text for each in line for text in (each.label, each.text)))
            if line[0].when:
                rows.append(("{%tr endif %}",))
        table = self._table(len(rows), [20, 30, 20, 30])
        for row, texts in zip(table.rows, rows, strict=True):
            if len(texts) == 2:
                row.cells[1].merge(row.cells[3])
            for position, text in enumerate(texts):
                heading = len(texts) > 1 and position % 2 == 0
                self._fill(
                    row.cells[position],
                    text,
                    strong=heading,
                    align=WD_ALIGN_PARAGRAPH.CENTER if heading else WD_ALIGN_PARAGRAPH.LEFT,
                )
        self._gap()

    def _listing(self, listing: Listing) -> None:
        shares = [each.share for each in listing.columns]
        heads = [each.heading for each in listing.columns]
        texts = [each.text for each in listing.columns]
        table = self._table(6 + bool(listing.total), shares)
        header = table.rows[0]._tr.get_or_add_trPr()
        repeated: Any = OxmlElement("w:tblHeader")
        header.append(repeated)
        for cell, text in zip(table.rows[0].cells, heads, strict=True):
            self._fill(cell, text, strong=True, align=WD_ALIGN_PARAGRAPH.CENTER)
        self._fill(table.rows[1].cells[0], "{%tr for row in " + listing.value + " %}")
        for cell, text, each in zip(table.rows[2].cells, texts, listing.columns, strict=True):
            self._fill(cell, text, align=WD_ALIGN_PARAGRAPH.RIGHT if each.figures else WD_ALIGN_PARAGRAPH.CENTER)
        self._fill(table.rows[3].cells[0], "{%tr else %}")
        self._fill(self._whole(table, 4), "无", align=WD_ALIGN_PARAGRAPH.CENTER)
        self._fill(table.rows[5].cells[0], "{%tr endfor %}")
        if listing.total:
            self._fill(self._whole(table, 6), listing.total, align=WD_ALIGN_PARAGRAPH.RIGHT)
        self._gap()

    @staticmethod
    def _whole(table: Table, row: int) -> _Cell:
        cells = table.rows[row].cells
        merged: _Cell = cells[0].merge(cells[-1])
        return merged

    def _gap(self) -> None:
        """Two tables without a paragraph between them would become one in Word."""
        gap = self.doc.add_paragraph()
        self._space(gap, 8)


def word(paper: Paper) -> bytes:
    """Return the Word template of a paper."""
    sheet = _Sheet(paper)
    body = sheet.doc.element.body
    for left in [each for each in body if each.tag == qn("w:p")]:
        body.remove(left)
    for block in paper.blocks:
        sheet.write(block)
    made = BytesIO()
    sheet.doc.save(made)
    return made.getvalue()
