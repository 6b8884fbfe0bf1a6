"""What is learned from: corpora, variation pairs, exercises, batches."""
