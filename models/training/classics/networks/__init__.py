"""The networks of the classic engines in torch, as they are trained: tests hold that they equal those that play."""
