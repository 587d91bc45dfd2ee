"""A student's hours: log in three taps, the week as a grid and as a list, hand it in, the year.

`week` shows it; `log`, `grid`, `entry`, `sheet`, `timer` each take one kind of form; `queue` is for a phone's script.
"""
