"""Competencies after a framework, signed by assessors on evidence, and credentials that somebody else issued."""
