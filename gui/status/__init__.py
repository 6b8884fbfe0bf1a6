"""What is going on: server, engine and device in words, progress, the log, reports of mistakes."""
