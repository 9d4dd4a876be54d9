"""Made-up data sets to try junheng on: every school, county and figure in them is invented."""

from junheng.demo.folder import write
from junheng.demo.wanted import Wanted

__all__ = ["Wanted", "write"]
