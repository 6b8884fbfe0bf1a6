"""What the classic engines learn from: windows of lines and beats, stretches of lines, rhythms."""
