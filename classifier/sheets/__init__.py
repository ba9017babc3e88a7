"""Files that people open: `triage.jsonl`, `triage.xlsx`, `report.html`, `run.json`. No decisions are made here."""
