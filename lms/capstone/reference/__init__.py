"""Public reference data: recommendations of the US DOE Industrial Assessment Centers, and the bands made from them."""
