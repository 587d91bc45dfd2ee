"""What pages, the API and other slices read of hours.

`situation` what holds for a student's weeks (calendar, employment, zone); `weeks` one student's weeks and totals;
`queue` what waits for an approver; `cohort` a cohort's week as one grid; `paid` what wage cost is counted from.
"""
