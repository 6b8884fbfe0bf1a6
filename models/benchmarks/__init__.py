"""Everything that measures, beside baselines; started by ``clipkin benchmark``, not in the wheel."""
