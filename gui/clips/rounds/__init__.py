"""What was made: the session of rounds as a list, the chosen result, the arrangement view."""
