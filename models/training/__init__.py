"""How engines learn and tables are fitted: datasets, losses, one loop; started by ``clipkin train``, not in the wheel."""
