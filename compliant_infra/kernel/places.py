"""From the names that providers give to zones, endpoints and resources to the region they lie in.

Pure functions over texts; whether a region is in mainland China is for ``Context.is_mainland`` to say.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from compliant_infra.kernel.patterns import lazy

# cn-beijing-h, cn-hangzhou-MAZ5(b,c), ap-southeast-1a, cn-shanghai-finance-1k, cn-north-2-gov-1
_ALICLOUD: Final = lazy(r"([a-z]{2,3}-[a-z]+(?:-(?:[a-z]{2,}|\d))*)(?:-?[a-z]|-?MAZ\d+(?:\([a-z,]*\))?)?")
# cn-north-1a, us-west-2-lax-1a, cn-north-1-pkx-1a, us-gov-west-1
_AWS: Final = lazy(r"([a-z]{2}(?:-[a-z]+)+-\d)(?:[a-z]|-[a-z0-9]+-\d[a-z])?")
_AWS_ZONE_ID: Final = lazy(r"([a-z]{3,5}\d)-[a-z0-9]*az\d+")
_AWS_ZONE_PREFIXES: Final = {"cnn1": "cn-north-1", "cnnw1": "cn-northwest-1"}
# ap-beijing-3, ap-shanghai-fsi-2, na-siliconvalley-1, ap-shenyang-ec-1
_TENCENTCLOUD: Final = lazy(r"([a-z]{2}-[a-z]+(?:-[a-z]+)*)(?:-\d{1,2})?")


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


#: Country codes (ISO 3166) of regions outside mainland China, as far as the providers' own names tell them.
_COUNTRIES: Final[dict[str, dict[str, str]]] = {
    "alicloud": {
        "cn-hongkong": "HK",
        "ap-southeast-1": "SG",
        "ap-southeast-3": "MY",
        "ap-southeast-5": "ID",
        "ap-southeast-6": "PH",
        "ap-southeast-7": "TH",
        "ap-northeast-1": "JP",
        "ap-northeast-2": "KR",
        "eu-central-1": "DE",
        "eu-west-1": "GB",
        "us-east-1": "US",
        "us-west-1": "US",
        "me-east-1": "AE",
        "me-central-1": "SA",
        "ap-southeast-2": "AU",
        "ap-south-1": "IN",
        "na-south-1": "MX",
        "rus-west-1": "RU",
    },
    "aws": {
        "ap-east-1": "HK",
        "ap-south-1": "IN",
        "ap-south-2": "IN",
        "ap-southeast-3": "ID",
        "ca-central-1": "CA",
        "ca-west-1": "CA",
        "eu-north-1": "SE",
        "eu-south-1": "IT",
        "eu-south-2": "ES",
        "eu-central-2": "CH",
        "af-south-1": "ZA",
        "il-central-1": "IL",
        "me-central-1": "AE",
        "me-south-1": "BH",
        "sa-east-1": "BR",
        "ap-southeast-1": "SG",
        "ap-southeast-2": "AU",
        "ap-northeast-1": "JP",
        "ap-northeast-2": "KR",
        "ap-northeast-3": "JP",
        "eu-central-1": "DE",
        "eu-west-1": "IE",
        "eu-west-2": "GB",
        "eu-west-3": "FR",
        "us-east-1": "US",
        "us-east-2": "US",
        "us-west-1": "US",
        "us-west-2": "US",
    },
    "tencentcloud": {
        "ap-hongkong": "HK",
        "ap-singapore": "SG",
        "ap-jakarta": "ID",
        "ap-bangkok": "TH",
        "ap-tokyo": "JP",
        "ap-seoul": "KR",
        "eu-frankfurt": "DE",
        "na-siliconvalley": "US",
        "na-ashburn": "US",
        "sa-saopaulo": "BR",
        "na-toronto": "CA",
        "ap-mumbai": "IN",
        "ap-taipei": "TW",
        "eu-moscow": "RU",
    },
}


def country_of(cloud: str, region: str) -> str | None:
    """The country code of a foreign region (``"SG"``), or None where it is not in the table."""
    return _COUNTRIES.get(cloud, {}).get(region)
