"""One request's spans, from the files that every process writes, as a tree in the terminal."""
