"""Reports: one module per format, one model (``report.Report``) for all of them."""

from compliant_infra.reports.registry import FORMATS, render, write

__all__ = ["FORMATS", "render", "write"]
