"""Stations, safety, codes, the register, excuses, make-ups, and what counts. Minutes whole, instants UTC, days local.

D18, D19, H23 in this slice are numbers of the program's rules.
"""
