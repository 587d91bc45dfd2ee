"""What may be entered, what it adds up to, when it locks, what has to be looked at. Pure; read in this order:

`entry` which entry may stand; `lengths` how people write a time; `clock` work given from..to; `timer` timed work;
`week` sums and the band; `sheet` the life of a week sheet; `verdict` what an approver looks at.
"""
