"""Benchmarks: what firms of the program saved together, shown only where no single firm can be read out of it."""
