"""Progress reviews: the same pages for students, instructors, coordinators and, at the firm, supervisors.

Each of these portals puts them on its own blueprint; what somebody sees and does there follows from the policy.
"""
