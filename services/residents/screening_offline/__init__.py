"""Steps of screening that were taken without a connection, sent in batches: each is stored once or refused."""
