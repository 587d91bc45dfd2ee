"""The main job in a real browser, one file per person who does it."""
