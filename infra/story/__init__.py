"""Stories: people act through the gateway, in a district of their own, and every step is checked."""
