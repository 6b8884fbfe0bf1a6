"""How the classic engines are trained: what each learns from, its loss, and how it is measured."""
