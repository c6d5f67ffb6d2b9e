"""Tests of set-up, supervisor, provisioning, tokens and traces."""
