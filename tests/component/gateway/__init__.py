"""Tests of the gateway with stubs in place of the services."""
