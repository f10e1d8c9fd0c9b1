"""Baselines, profiles and parameters: data, and the loader ``catalogue``."""
