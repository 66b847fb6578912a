"""Sending an SMS: the boundary to the outside. One file for each provider."""
