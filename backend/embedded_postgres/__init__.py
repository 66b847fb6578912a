"""A Django database ENGINE: PostgreSQL that starts with its first user and stops after its last.

See README.md in this folder.
"""
