"""How fast the product is, as ratios to the least that could do the same on this machine: `./dev bench`."""
