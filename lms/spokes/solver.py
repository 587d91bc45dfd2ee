"""The assignment of least cost, found by SciPy's `linear_sum_assignment` (an exact method, in polynomial time)."""

from collections.abc import Mapping, Sequence

from lms.spokes.assignment import Seeker, matrix


def assign(seekers: Sequence[Seeker], seats: Mapping[int, int], need_weight: int = 0) -> dict[int, int | None]:
    """The spoke of each student, None where no seat is left. The same students and seats always give the same answer.

    seats: free ones by spoke. However the students are ordered, the draw decides between equals.
    """
    import numpy
    from scipy.optimize import linear_sum_assignment  # type: ignore[attr-defined]  # its stubs forget to say so

    drawn = sorted(seekers, key=lambda seeker: (seeker.lot, seeker.student))
    if not drawn:
        return {}
    places = [spoke for spoke in sorted(seats) for _ in range(min(max(seats[spoke], 0), len(drawn)))]
    costs = numpy.array(matrix(drawn, places, need_weight), dtype=numpy.float64)
    rows, columns = linear_sum_assignment(costs)
    found: dict[int, int | None] = {seeker.student: None for seeker in drawn}
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        found[drawn[row].student] = places[column] if column < len(places) else None
    return found
