"""Pages beside the main one: play with Clipkin, train the ear, record, music that follows."""
