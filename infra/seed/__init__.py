"""The demo district: official divisions, invented people, sites and enterprises, from one seed."""
