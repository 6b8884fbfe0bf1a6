"""What a section's parts play: lines over the scene's harmony, a kit's colours, variations that engines make."""
