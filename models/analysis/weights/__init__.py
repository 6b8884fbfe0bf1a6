"""Fitted numbers of the analysis models: ``fitted`` reads them."""
