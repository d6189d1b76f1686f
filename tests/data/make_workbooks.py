"""Writes the small .ods and .xls workbooks in tests/data/systems/.

Their content is that of `plan()` in src/system/workbook/tests.rs, which compares them.
Needs odfpy 1.4.1 and xlwt 1.3.0 from PyPI: `pip install odfpy xlwt`, then run in any folder.
"""

from pathlib import Path

import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

PLAN = {
    "Detectors": [
        ["Category", "Detector", "Data (bytes)", "Sample Rate (Hz)", "Compression",
         "Link Efficiency (J/bit)", "Op Efficiency (J/op)"],
        ["Muon", "Muon DT", 150000, 40e6, 0.25, 2.2e-11, 0],
        ["Muon", "Muon CSC", 470000, 40e6, 0, 2.2e-11, 1e-12],
    ],
    "Triggers": [
        ["Name", "Output", "Data (bytes)", "Reduction Ratio", "Classifier", "Skill mean",
         "Skill variance", "Link Efficiency (J/bit)", "Op Efficiency (J/op)", "Compression"],
        ["Muon", "L1", 0, 1, "Dummy", None, None, 2.5e-11, 0, 0],
        ["L1", "Global", 2.6e5, 53.3, "l1t", 3, 0, 2.5e-11, 0.003, 0],
        ["Global", "Disk", 0, 100, "Gaussian", 4, 1, 2.5e-11, 16, 0],
        ["Disk", None, 0, 1, "Dummy", None, None, 2.5e-11, 0, 0],
    ],
    "Global": [["Year"], [2032]],
}


def write_xls(path):
    book = xlwt.Workbook()
    for name, rows in PLAN.items():
        sheet = book.add_sheet(name)
        for r, cells in enumerate(rows):
            for c, value in enumerate(cells):
                if value is not None:
                    sheet.write(r, c, value)
    book.save(str(path))


def ods_cell(value):
    if value is None:
        return TableCell()
    if isinstance(value, str):
        cell = TableCell(valuetype="string")
    else:
        cell = TableCell(valuetype="float", value=repr(value))
    cell.addElement(P(text=str(value)))
    return cell


def write_ods(path):
    book = OpenDocumentSpreadsheet()
    for name, rows in PLAN.items():
        table = Table(name=name)
        for cells in rows:
            row = TableRow()
            for value in cells:
                row.addElement(ods_cell(value))
            table.addElement(row)
        # The empty rest of the sheet, as spreadsheet programs write it.
        rest = TableRow(numberrowsrepeated=1048576 - len(rows))
        rest.addElement(TableCell(numbercolumnsrepeated=16384))
        table.addElement(rest)
        book.spreadsheet.addElement(table)
    book.save(str(path))


if __name__ == "__main__":
    folder = Path(__file__).parent / "systems"
    write_xls(folder / "small.xls")
    write_ods(folder / "small.ods")
