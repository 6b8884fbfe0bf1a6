"""The two representations that engines write cell by cell: lines and drum grids."""
