"""The engines, one folder each, and the register that finds them."""
