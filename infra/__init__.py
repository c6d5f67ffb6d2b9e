"""What runs the district on one machine: servers, supervisor, issuer, demo data, trace desk."""
