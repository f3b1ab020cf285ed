"""measures: which units do figures count in?"""

from __future__ import annotations

# What a figure counts, by time or by measure: a unit for another one is another amount.
_UNITS = """
年|year|years|annual|annually|yearly
季|quarter|quarters|quarterly
月|month|months|monthly
周|week|weeks|weekly
日|天|day|days|daily
时|hour|hours|hourly
minute|minutes
second|seconds
g|gram|grams|gramme|grammes
kg|kilogram|kilograms|kilo|kilos
mg|milligram|milligrams
t|tonne|tonnes|ton|tons
mm|millimetre|millimetres|millimeter|millimeters
cm|centimetre|centimetres|centimeter|centimeters
m|metre|metres|meter|meters
km|kilometre|kilometres|kilometer|kilometers
mile|miles
l|litre|litres|liter|liters
ml|millilitre|millilitres|milliliter|milliliters
ha|hectare|hectares
acre|acres
kw|kilowatt|kilowatts
mw|megawatt|megawatts
gw|gigawatt|gigawatts
"""
UNITS = {word: row for row, line in enumerate(_UNITS.split()) for word in line.split("|")}
