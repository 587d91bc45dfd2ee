"""Where scores and what becomes of them are chained."""


def chain_name(section_id: int, course_id: int) -> str:
    """The chain in which the scores and releases of one section and course stand."""
    return f"scores:{section_id}:{course_id}"
