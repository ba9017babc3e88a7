"""Corrections by sheet: out of the casebook as a workbook or labelled letters, and back again, checked cell by cell."""
