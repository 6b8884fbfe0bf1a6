"""How fast Clipkin is: a server over UDP, each engine and task in this process, the machine's limits and a peer."""
