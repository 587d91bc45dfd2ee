"""Statements: what a project or a firm's portfolio came to as known at a moment, issued, and the same ever after."""
