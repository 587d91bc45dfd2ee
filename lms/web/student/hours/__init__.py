"""A student's hours: log in three taps, the week as a grid and as a list, hand it in, the year.

`shown` is what the page of a week is made of; `log`, `grid`, `entry`, `sheet` each take one kind of form.
"""
