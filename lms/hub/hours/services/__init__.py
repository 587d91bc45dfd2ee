"""What people do with hours, one command each.

`entries` a student logs, changes, removes; `timers` times work; `sheets` hands the week in; `decisions` an approver
approves, returns, says "I saw this work"; `office` a week is reopened or adjusted; `attendance` the register becomes
hours. `desk` is what the student's commands share: the lock, what stands, and the checks.
"""
