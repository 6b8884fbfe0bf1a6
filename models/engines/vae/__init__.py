"""The engine ``vae``: windows as points of a space in which one can walk from one to another."""
