"""Sound workbooks as people and programs really lay them out; all say what `sound()` says."""

from __future__ import annotations

import layouts_cells
import layouts_files
import layouts_headings
import layouts_programs
from layout_tools import LAYOUTS

__all__ = ["LAYOUTS", "layouts_cells", "layouts_files", "layouts_headings", "layouts_programs"]
