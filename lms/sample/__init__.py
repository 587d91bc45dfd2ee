"""The sample program and the sample half year, played through the same commands as real use. All of it invented."""
