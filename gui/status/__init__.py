"""What is going on: server, engine and Live in words, progress, the log, reports of mistakes; pictures of it all."""
