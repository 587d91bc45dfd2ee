"""A firm's own energy assessments: what somebody once recommended to it, as the file reports it. No savings entry."""
