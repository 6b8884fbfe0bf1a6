"""The client's side of the protocol, without sockets and threads."""
