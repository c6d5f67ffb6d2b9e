"""Resumption applications: form, policy, precheck, review."""
