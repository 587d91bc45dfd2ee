"""The portals, one blueprint each: all that an employer can reach is the folder `employer`, and so on."""

from lms.web import admin, coordinator, employer, instructor, integrator, public, reviewer, student

PORTALS = (public.bp, student.bp, instructor.bp, coordinator.bp, employer.bp, integrator.bp, reviewer.bp, admin.bp)
