"""The GraphQL gateway: one documented schema over three services."""
