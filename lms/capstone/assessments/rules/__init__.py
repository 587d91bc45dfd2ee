"""How a firm's own file of recommendations is read and compared, and what its figures come to."""
