"""The names of the installed Pulumi SDKs, pulumi-alicloud and pulumi-aws, read from their source files.

The SDKs are never imported, which takes seconds and hundreds of megabytes: the register of resources is JSON within the
package's ``__init__.py``, and the signatures of the classes ``<Resource>Args`` and ``_<Resource>State`` name every
property with its type, nested ``...Args`` classes with those of ``_inputs.py``. A file is read when something in it is
asked for, once in a session.

What is there: tokens (``alicloud:oss/bucketVersioning:BucketVersioning``), the properties' Python names, and which of
them are objects, lists, maps or scalars. What is not: Terraform's names of types, which blocks were lists of one,
**default values and allowed values**. Those are held against the providers' schemas only.

The names follow from Terraform's: a type is module and class, where the modules were chosen by hand (``PREFIXES``,
``EXCEPTIONS``); a property keeps its name, or has the plural where it is a list.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

#: Cloud -> module -> what Terraform's names have in the module's place; "" for nothing. Others keep the module's name.
PREFIXES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "alicloud": {
        "cfg": ("config",),
        "cloudfirewall": ("cloudfirewall", "cloud"),
        "ddos": ("ddos", "ddoscoo"),
        "ecs": ("ecs", ""),
        "rds": ("rds", "db"),
        "vpc": ("vpc", ""),
    },
    "aws": {
        "cfg": ("config",),
        "directconnect": ("dx",),
        "ec2": ("ec2", ""),
        "rds": ("rds", "db"),
    },
}

#: Why -> Terraform type -> token, where the rule of the names finds none, several or another one.
EXCEPTIONS: Mapping[str, Mapping[str, str]] = {
    "the class has another name": {
        "alicloud_cloud_sso_access_assignment": "alicloud:cloudsso/accessManagement:AccessManagement",
        "alicloud_cr_ee_instance": "alicloud:cr/registryEnterpriseInstance:RegistryEnterpriseInstance",
        "alicloud_cs_kubernetes_node_pool": "alicloud:cs/nodePool:NodePool",
        "alicloud_slb_load_balancer": "alicloud:slb/applicationLoadBalancer:ApplicationLoadBalancer",
        "alicloud_vpc": "alicloud:vpc/network:Network",
        "alicloud_vswitch": "alicloud:vpc/switch:Switch",
        "aws_config_configuration_recorder": "aws:cfg/recorder:Recorder",
        "aws_config_configuration_recorder_status": "aws:cfg/recorderStatus:RecorderStatus",
        "aws_dx_lag": "aws:directconnect/linkAggregationGroup:LinkAggregationGroup",
        "aws_ec2_host": "aws:ec2/dedicatedHost:DedicatedHost",
        "aws_s3_bucket_replication_configuration": "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    },
    "the class is misspelt": {
        "alicloud_common_bandwidth_package": "alicloud:vpc/commonBandwithPackage:CommonBandwithPackage",
        "alicloud_common_bandwidth_package_attachment": (
            "alicloud:vpc/commonBandwithPackageAttachment:CommonBandwithPackageAttachment"
        ),
    },
    "the type has the name of the module": {
        "alicloud_actiontrail": "alicloud:actiontrail/trailDeprecated:TrailDeprecated",
        "alicloud_slb": "alicloud:slb/loadBalancer:LoadBalancer",
        "aws_alb": "aws:alb/loadBalancer:LoadBalancer",
        "aws_cloudtrail": "aws:cloudtrail/trail:Trail",
        "aws_elb": "aws:elb/loadBalancer:LoadBalancer",
        "aws_lb": "aws:lb/loadBalancer:LoadBalancer",
    },
    "the class stands in the module of another product": {
        "alicloud_cr_ee_namespace": "alicloud:cs/registryEnterpriseNamespace:RegistryEnterpriseNamespace",
        "alicloud_cr_ee_repo": "alicloud:cs/registryEnterpriseRepo:RegistryEnterpriseRepo",
        "alicloud_cr_ee_sync_rule": "alicloud:cs/registryEnterpriseSyncRule:RegistryEnterpriseSyncRule",
        "alicloud_ssl_certificates_service_certificate": "alicloud:cas/serviceCertificate:ServiceCertificate",
        "alicloud_ssl_vpn_server": "alicloud:vpn/sslVpnServer:SslVpnServer",
        "aws_ec2_instance_connect_endpoint": "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint",
    },
    "the class moved, and the old one is deprecated": {
        "alicloud_ssl_certificates_service_pca_certificate": (
            "alicloud:sslcertificatesservice/pcaCertificate:PcaCertificate"
        ),
    },
}

#: (type, top-level attribute) -> the property, where the SDK gave it another name by hand.
RENAMED: Mapping[tuple[str, str], str] = {
    ("aws_api_gateway_method", "rest_api_id"): "rest_api",
    ("aws_cloudwatch_log_subscription_filter", "log_group_name"): "log_group",
}

SIGNATURE = r"^class {name}:\n    def __init__\(__self__(?:, \*,\n(?P<arguments>.*?))?\):\n"
ARGUMENT = re.compile(r"^ {17}(?P<name>\w+): (?P<type>.+?)(?: = None)?,?$", re.MULTILINE)
NESTED = re.compile(r"'(?:_(?P<module>\w+)\.)?(?P<name>\w+Args)'")


class Property(NamedTuple):
    """A property by its annotation: ``pulumi.Input[Optional[Sequence[pulumi.Input['BucketCorsRuleArgs']]]]``."""

    annotation: str
    folder: Path  # where names of nested classes are to be looked up

    @property
    def is_list(self) -> bool:
        return "Sequence[" in self.annotation

    @property
    def is_open(self) -> bool:
        """A map, which can have any key."""
        return "Mapping[" in self.annotation

    def nested(self) -> Mapping[str, Property]:
        """The properties of the object, or of each object in the list or map; none for scalars."""
        found: dict[str, Property] = {}
        for match in NESTED.finditer(self.annotation):
            folder = self.folder.parent / match["module"] if match["module"] else self.folder
            found.update(class_properties(folder / "_inputs.py", match["name"]))
        return found


@cache
def source(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@cache
def class_properties(file: Path, name: str) -> Mapping[str, Property]:
    """Python name -> property of a class of arguments; KeyError where the file has no such class."""
    text = source(file)
    start = text.find(f"\nclass {name}:\n")
    match = re.compile(SIGNATURE.format(name=name), re.DOTALL | re.MULTILINE).match(text, start + 1)
    if start < 0 or match is None:
        raise KeyError(f"{name} in {file}")
    return {item["name"]: Property(item["type"], file.parent) for item in ARGUMENT.finditer(match["arguments"] or "")}


def plain(name: str) -> str:
    return name.replace("_", "").lower()


def plurals(name: str) -> Iterator[str]:
    """The names that a Terraform list can have: ``rules``, ``addresses``, ``entries`` for ``rule``, ``address``..."""
    yield f"{name}s"
    yield f"{name}es"
    if name.endswith("y"):
        yield f"{name[:-1]}ies"


class Sdk:
    """An installed SDK. ``tokens`` has all resources; ``token``, ``properties`` and ``lacks`` answer for one."""

    def __init__(self, cloud: str, home: Path) -> None:
        self.cloud, self.home = cloud, home
        register = re.search(r'resource_modules="""(.*?)"""', source(home / "__init__.py"), re.DOTALL)
        if register is None:
            raise ValueError(f"{home}: no register of resources")
        #: token -> (folder, class)
        self.tokens: dict[str, tuple[Path, str]] = {
            token: (home.joinpath(*entry["fqn"].split(".")[1:]), name)
            for entry in json.loads(register[1])
            for token, name in entry["classes"].items()
        }
        #: name without underscores -> (rank, token)
        self.named: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for token in self.tokens:
            _, path, name = token.split(":")
            module = path.partition("/")[0]
            if plain(name).startswith(module):
                self.named[plain(name)].append((0, token))
            for prefix in PREFIXES[cloud].get(module, (module,)):
                self.named[plain(prefix + name)].append((1 if prefix else 2, token))

    def by_rule(self, kind: str) -> list[str]:
        """The tokens that a Terraform type can mean by the rule of the names alone.

        A class that starts with its module's name (``ecs.EcsDisk``) goes before module and class (``ecs.Disk``), and
        these before a class whose module Terraform leaves out.
        """
        found = self.named.get(plain(kind.removeprefix(f"{self.cloud}_")), [])
        best = min((rank for rank, _ in found), default=0)
        return [token for rank, token in found if rank == best]

    def token(self, kind: str) -> str | None:
        """The token of a Terraform type, None where there is none or more than one."""
        for exceptions in EXCEPTIONS.values():
            if kind in exceptions:
                return exceptions[kind]
        found = self.by_rule(kind)
        return found[0] if len(found) == 1 else None

    def properties(self, token: str) -> Mapping[str, Property]:
        """Arguments, and what the provider computes, by Python name."""
        folder, name = self.tokens[token]
        stem = plain(token.split(":")[1].partition("/")[2])
        (file,) = (item for item in folder.glob("*.py") if plain(item.stem) == stem)
        found: dict[str, Property] = {}
        for item in (f"_{name}State", f"{name}Args", f"{name}InitArgs"):
            if f"\nclass {item}:\n" in source(file):
                found.update(class_properties(file, item))
        return found

    def lacks(self, token: str, path: str) -> str | None:
        """A Terraform path up to the first name that the resource does not have; None where it has them all."""
        known = self.properties(token)
        parts = path.split(".")
        for index, part in enumerate(parts):
            lists = (known[name] for name in plurals(part) if name in known and known[name].is_list)
            found = known.get(part) or next(lists, None)
            if found is None:
                return ".".join(parts[: index + 1])
            if found.is_open:
                return None
            known = found.nested()
        return None


@cache
def installed(cloud: str) -> Sdk | None:
    """The SDK of a cloud, None where it is not installed."""
    spec = importlib.util.find_spec(f"pulumi_{cloud}")
    return None if spec is None or spec.origin is None else Sdk(cloud, Path(spec.origin).parent)
