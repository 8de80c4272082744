"""The table that a town hands in, and the district's roll-up."""

from __future__ import annotations

from tools.documents.paper import Cell, Foot, Grid, Listing, Paper, SignOff, Title, cell, column

REPORTS: tuple[Paper, ...] = (
    Paper(
        key="town_report",
        form=True,
        blocks=(
            Title(text="{{ report_title }}"),
            Grid(cells=(cell("单位", "unit"), Cell(label="编号", text="{{ document_no }}"))),
            Listing(
                value="report_rows",
                columns=(column("事项", "what", 4), column("数据", "figures", 8)),
                when="report_rows",
            ),
            Grid(cells=(cell("合计", "total", wide=True),), when="total"),
            Foot(text="数据由系统按当时的登记计算，固定后不再改动；更正登记的，由区（市）退回后重新计算。"),
            SignOff(lines=("{{ issuer }}　　{{ issued_on }}",)),
        ),
    ),
)
