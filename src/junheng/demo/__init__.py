"""Made-up data sets to try junheng on: every school, county and figure in them is invented."""

from junheng.demo.folder import write
from junheng.demo.registers_folder import WantedRegisters
from junheng.demo.registers_folder import write as write_registers
from junheng.demo.wanted import Wanted

__all__ = ["Wanted", "WantedRegisters", "write", "write_registers"]
