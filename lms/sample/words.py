"""What sample people write. Content of facts, in English as a student or instructor would type it; not translated."""

from random import Random

OPENINGS = (
    "I did this on {title} at {firm}, on second shift.",
    "For {title} I used the line where I work at {firm}.",
    "{title}: measured at {firm} with my team lead watching.",
    "This is my work for {title}. The data is from {firm}, names left out.",
)
FINDINGS = (
    "The spread was larger than I expected: {a} against {b} on paper.",
    "Out of {a} cycles, {b} ran into the same stop, always at the transfer.",
    "Before I counted, everybody said the press was the problem. It was the cart: {a} minutes a shift.",
    "I first had {a} and after removing the restart it was {b}, so the restart belongs in its own column.",
)
NEXT = (
    "Next I will repeat it with the day shift and the same gauge.",
    "I would like feedback on the assumption in the second paragraph.",
    "My supervisor agrees with the numbers and wants to see the reaction plan.",
    "What I would do differently: write down the conditions before the first reading.",
)
GOOD = (
    "Strong evidence, and you say what you left out. Keep doing that.",
    "Clear enough to act on after one reading. The spread is what convinces.",
    "Good. You predicted before you measured, and it shows.",
)
FAIR = (
    "The numbers hold; say where they come from. Gauge and conditions are missing.",
    "Good start. The conclusion is right, the step from data to it is not written down.",
    "Look at criterion two again: averages hide what your run chart shows.",
)
POOR = (
    "Please come and see me before the next one; the data does not support this yet.",
    "Too little to judge. Ten observations and the conditions would change this.",
)


def report_of(random: Random, title: str, firm: str) -> str:
    """A few sentences of a student."""
    a, b = random.randint(20, 90), random.randint(3, 19)
    parts = (random.choice(OPENINGS), random.choice(FINDINGS), random.choice(NEXT))
    return " ".join(part.format(title=title, firm=firm.removesuffix(" (sample)"), a=a, b=b) for part in parts)


def comment_on(random: Random, percent: int) -> str:
    """A line of an instructor, fitting the score."""
    return random.choice(GOOD if percent >= 85 else FAIR if percent >= 60 else POOR)
