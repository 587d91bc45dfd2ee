"""What a project is expected to bring and what it costs: benefit lines, pools, cost lines and rate cards."""
