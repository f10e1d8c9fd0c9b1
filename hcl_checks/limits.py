"""The limits of the front end: what is beyond ends in the diagnostic ``limit-reached``, never in a hang."""

from __future__ import annotations

from typing import Final

#: Instances that one ``count`` or ``for_each`` may make; beyond, the block is judged once.
MAX_INSTANCES: Final = 10_000
#: Resources of one root, all instances together.
MAX_RESOURCES: Final = 200_000
#: Module instances of one root.
MAX_MODULES: Final = 50_000
#: Module calls inside module calls.
MAX_MODULE_DEPTH: Final = 64
#: Bytes of a file read by ``file()`` and its like.
MAX_FUNCTION_FILE: Final = 4 * 1024 * 1024
