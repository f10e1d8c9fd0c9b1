"""From the names that providers give to zones, endpoints and resources to the region they lie in.

Pure functions over texts; whether a region is in mainland China is for ``Context.is_mainland`` to say.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# cn-beijing-h, cn-hangzhou-MAZ5(b,c), ap-southeast-1a, cn-shanghai-finance-1k, cn-north-2-gov-1
_ALICLOUD: Final = re.compile(r"([a-z]{2}-[a-z]+(?:-(?:[a-z]{2,}|\d))*)(?:-?[a-z]|-?MAZ\d+(?:\([a-z,]*\))?)?")
# cn-north-1a, us-west-2-lax-1a, cn-north-1-pkx-1a, us-gov-west-1
_AWS: Final = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)(?:[a-z]|-[a-z0-9]+-\d[a-z])?")
_AWS_ZONE_ID: Final = re.compile(r"([a-z]{3,5}\d)-[a-z0-9]*az\d+")
_AWS_ZONE_PREFIXES: Final = {"cnn1": "cn-north-1", "cnnw1": "cn-northwest-1"}
# ap-beijing-3, ap-shanghai-fsi-2, na-siliconvalley-1, ap-shenyang-ec-1
_TENCENTCLOUD: Final = re.compile(r"([a-z]{2}-[a-z]+(?:-[a-z]+)*)(?:-\d{1,2})?")


@lru_cache(maxsize=4096)
def region_of_zone(cloud: str, zone: str) -> str | None:
    """The region of a zone id (``"cn-beijing-h"``), or of a region id itself; None where the text has no such form."""
    if cloud == "alicloud":
        found = _ALICLOUD.fullmatch(zone)
    elif cloud == "aws":
        found = _AWS_ZONE_ID.fullmatch(zone)
        if found is not None:
            return _AWS_ZONE_PREFIXES.get(found[1], found[1])
        found = _AWS.fullmatch(zone)
    elif cloud == "tencentcloud":
        found = _TENCENTCLOUD.fullmatch(zone)
    else:
        return None
    return None if found is None else found[1]


def region_of_arn(arn: str) -> str | None:
    """The region in an Amazon resource name; None where it names none (IAM, S3) or is no such name."""
    parts = arn.split(":", 5)
    return parts[3] or None if len(parts) == 6 and parts[0] == "arn" else None


def partition_of_arn(arn: str) -> str | None:
    """The partition in an Amazon resource name (``"aws-cn"``), or None where it is no such name."""
    parts = arn.split(":", 5)
    return parts[1] if len(parts) == 6 and parts[0] == "arn" else None
