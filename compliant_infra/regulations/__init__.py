"""Editions of standards and statutes, clause by clause: data, and the loader ``catalogue``."""
