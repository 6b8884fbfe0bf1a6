"""The classic engines at school: what each learns from, and how it is measured."""
