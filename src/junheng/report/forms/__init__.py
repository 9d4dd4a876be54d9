"""The application form of a county: layouts that are data, filled in, as a workbook and in Word."""
