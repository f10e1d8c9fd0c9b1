"""The recordings that tests of this folder share are many objects that stay: garbage is looked for less often."""

from __future__ import annotations

import gc

gc.set_threshold(100_000, 10, 10)
