"""What every learned engine samples with: musical rules as masks on logits, temperature, top-p and min-p."""
