"""The notes as they are drawn: rows, lanes, one set of axes, and the grid that shows them."""
