"""How the engines learn: material, school and benchmarks; started as ``python -m models.training``."""
