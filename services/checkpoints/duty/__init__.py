"""Who stands guard where and when, and where somebody is missing."""
