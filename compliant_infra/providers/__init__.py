"""Facts about the clouds: data, and the loader ``regions``."""
