"""Rules of the enterprises service, without a database."""
