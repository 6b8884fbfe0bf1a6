"""Call and response: one plays a phrase, the next is answered in time. No ports; a process only for the engine."""
