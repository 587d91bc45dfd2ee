"""The catalog: programs and their versions as courses, units and requirements."""
