"""How engines learn and tables are fitted: datasets, losses, a loop; started by ``clipkin train``, not in the wheel."""
