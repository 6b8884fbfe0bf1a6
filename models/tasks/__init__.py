"""The one table of tasks: what each reads and takes, for every road that leads to one."""
