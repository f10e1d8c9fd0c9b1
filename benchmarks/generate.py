"""Makes Terraform trees of a chosen size and shape: the same arguments give the same bytes.

    python benchmarks/generate.py stacks OUT --stacks 200   200 stacks of ten files, 100 resources each
    python benchmarks/generate.py landing-zone OUT          655 files: modules that call modules, over 900 instances
    python benchmarks/generate.py small OUT                 one root of seven files

One resource in three has a defect (a public bucket, a disk in plain text, a port open to the internet ...). The trees
hold what real ones hold: variables, locals, references, dynamic blocks, heredocs, for expressions, for_each, Chinese
comments. They are to be read by scanners only: nothing in them was ever applied.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from textwrap import dedent, indent

#: Files of the landing zone: 60 modules of 3, 25 compositions of 4, 75 roots of 5.
LANDING_ZONE_FILES = 655


@dataclass
class Defects:
    """Says which resource gets a defect: every third that asks, from an offset that differs between stacks."""

    offset: int = 0
    _asked: Iterable[int] = field(default_factory=count)

    def next(self) -> bool:
        return (next(iter(self._asked)) + self.offset) % 3 == 0


def block(text: str) -> str:
    """A block of HCL, written with the indentation of the Python around it."""
    return dedent(text).strip("\n") + "\n"


def nested(text: str, depth: int = 1) -> str:
    """The same as a nested block."""
    return "\n" + indent(block(text), "  " * depth)


# --------------------------------------------------------------------------------------------------------------
# Resources: each function writes one block, with its defect or without
# --------------------------------------------------------------------------------------------------------------


def oss_bucket(number: int, bad: bool) -> str:
    versions = "" if bad else nested('versioning {\n  status = "Enabled"\n}')
    sealed = "" if bad and number % 2 else nested('server_side_encryption_rule {\n  sse_algorithm = "KMS"\n}')
    head = block(f"""
        # 业务数据桶 {number}
        resource "alicloud_oss_bucket" "data_{number}" {{
          bucket = "${{local.prefix}}-data-{number}"
          acl    = "{"public-read" if bad else "private"}"
    """)
    tail = nested(f"""
        logging {{
          target_bucket = alicloud_oss_bucket.data_{number}.id
          target_prefix = "access/${{var.environment}}/"
        }}

        tags = merge(local.tags, {{ Name = "data-{number}", Owner = var.owner }})
    """)
    return head + versions + sealed + tail + "}\n"


def security_group_rule(number: int, bad: bool) -> str:
    port = ("22/22", "3389/3389", "1/65535", "3306/3306")[number % 4] if bad else "443/443"
    return block(f"""
        resource "alicloud_security_group_rule" "in_{number}" {{
          type              = "ingress"
          ip_protocol       = "tcp"
          policy            = "accept"
          port_range        = "{port}"
          priority          = 1
          security_group_id = alicloud_security_group.app_{number % 4}.id
          cidr_ip           = {'"0.0.0.0/0"' if bad else "var.office_cidr"}
        }}
    """)


def security_group(number: int, bad: bool) -> str:
    return block(f"""
        resource "alicloud_security_group" "app_{number}" {{
          security_group_name = "${{local.prefix}}-app-{number}"
          description         = "应用层安全组 {number}"
          vpc_id              = alicloud_vpc.main.id
          inner_access_policy = "{"Accept" if bad else "Drop"}"
        }}
    """)


def db_instance(number: int, bad: bool) -> str:
    allowed = '["0.0.0.0/0"]' if bad else "[for subnet in var.app_subnets : cidrsubnet(subnet, 4, 1)]"
    return block(f"""
        resource "alicloud_db_instance" "db_{number}" {{
          engine           = "MySQL"
          engine_version   = "{"5.7" if number % 3 else "8.0"}"
          instance_type    = var.database_class
          instance_storage = {(20, 50, 100)[number % 3]}
          instance_name    = "${{local.prefix}}-db-{number}"
          vswitch_id       = alicloud_vswitch.app["b"].id
          ssl_action       = "{"Close" if bad else "Open"}"
          tde_status       = "{"Disabled" if bad else "Enabled"}"
          security_ips     = {allowed}

          dynamic "parameters" {{
            for_each = local.database_parameters
            content {{
              name  = parameters.key
              value = parameters.value
            }}
          }}

          tags = local.tags
        }}
    """)


def disk(number: int, bad: bool) -> str:
    key = "null" if bad else "alicloud_kms_key.storage.id"
    return block(f"""
        resource "alicloud_ecs_disk" "disk_{number}" {{
          zone_id    = data.alicloud_zones.available.zones[{number % 2}].id
          disk_name  = "${{local.prefix}}-disk-{number}"
          category   = "cloud_essd"
          size       = {20 + 20 * (number % 5)}
          encrypted  = {"false" if bad else "true"}
          kms_key_id = {key}
          tags       = {{ for name, value in local.tags : name => upper(value) }}
        }}
    """)


def ecs_instance(number: int, bad: bool) -> str:
    password = f'"Adm1n-{number}-pw"' if bad else "var.admin_password"
    return block(f"""
        resource "alicloud_instance" "node_{number}" {{
          count                 = var.replicas
          instance_name         = format("%s-node-{number}-%02d", local.prefix, count.index + 1)
          image_id              = data.alicloud_images.base.images[0].id
          instance_type         = var.instance_class
          security_groups       = [for group in [alicloud_security_group.app_{number % 4}] : group.id]
          vswitch_id            = alicloud_vswitch.app["a"].id
          system_disk_category  = "cloud_essd"
          system_disk_encrypted = {"false" if bad else "true"}
          password              = {password}

          user_data = <<-SCRIPT
            #!/bin/sh
            # 初始化 ${{var.environment}} 节点
            printf '%s\\n' "node {number}" >/etc/motd
            systemctl enable --now auditd
          SCRIPT

          dynamic "data_disks" {{
            for_each = var.data_disks
            content {{
              name      = data_disks.value.name
              size      = lookup(data_disks.value, "size", 40)
              encrypted = {"false" if bad else "true"}
            }}
          }}

          tags = merge(local.tags, {{ Node = tostring({number}) }})
        }}
    """)


def ram_policy(number: int, bad: bool) -> str:
    return block(f"""
        resource "alicloud_ram_policy" "policy_{number}" {{
          policy_name = "${{local.prefix}}-policy-{number}"
          description = "最小权限策略 {number}"
          force       = true

          policy_document = <<-JSON
            {{
              "Version": "1",
              "Statement": [
                {{
                  "Effect": "Allow",
                  "Action": ["{"*" if bad else "oss:GetObject"}"],
                  "Resource": ["{"*" if bad else "acs:oss:*:*:reports/*"}"]
                }}
              ]
            }}
          JSON
        }}
    """)


def kubernetes(number: int, bad: bool) -> str:
    return block(f"""
        resource "alicloud_cs_managed_kubernetes" "cluster_{number}" {{
          name                 = "${{local.prefix}}-k8s-{number}"
          vswitch_ids          = [for switch in alicloud_vswitch.app : switch.id]
          new_nat_gateway      = {"true" if bad else "false"}
          slb_internet_enabled = {"true" if bad else "false"}
          pod_cidr             = cidrsubnet("172.16.0.0/12", 4, {number % 16})
          service_cidr         = "172.21.0.0/20"
          deletion_protection  = {"false" if bad else "true"}

          dynamic "addons" {{
            for_each = {{ for name in var.addons : name => {{ version = "latest" }} }}
            content {{
              name   = addons.key
              config = jsonencode(addons.value)
            }}
          }}
        }}
    """)


def s3_bucket(number: int, bad: bool) -> str:
    return block(f"""
        resource "aws_s3_bucket" "archive_{number}" {{
          bucket        = "${{local.prefix}}-archive-{number}"
          force_destroy = {"true" if bad else "false"}
          tags          = merge(local.tags, {{ Name = "archive-{number}" }})
        }}
    """)


def s3_public_access(number: int, bad: bool) -> str:
    kept = "false" if bad else "true"
    return block(f"""
        resource "aws_s3_bucket_public_access_block" "archive_{number}" {{
          bucket                  = aws_s3_bucket.archive_{number}.id
          block_public_acls       = {kept}
          block_public_policy     = {kept}
          ignore_public_acls      = true
          restrict_public_buckets = {kept}
        }}
    """)


def aws_database(number: int, bad: bool) -> str:
    return block(f"""
        resource "aws_db_instance" "db_{number}" {{
          identifier              = "${{local.prefix}}-{number}"
          engine                  = "mysql"
          instance_class          = var.aws_database_class
          allocated_storage       = 100
          username                = "operator"
          password                = var.admin_password
          storage_encrypted       = {"false" if bad else "true"}
          publicly_accessible     = {"true" if bad else "false"}
          multi_az                = var.environment == "prod" ? true : false
          backup_retention_period = {0 if bad else 14}
        }}
    """)


def aws_instance(number: int, bad: bool) -> str:
    return block(f"""
        resource "aws_instance" "node_{number}" {{
          for_each      = toset(slice(var.aws_zones, 0, {1 + number % 2}))
          ami           = data.aws_ami.base.id
          instance_type = var.aws_instance_class
          monitoring    = {"false" if bad else "true"}

          metadata_options {{
            http_tokens = "{"optional" if bad else "required"}"
          }}

          root_block_device {{
            encrypted = {"false" if bad else "true"}
          }}

          tags = merge(local.tags, {{ Zone = each.key }})
        }}
    """)


def aws_security_group(number: int, bad: bool) -> str:
    return block(f"""
        resource "aws_security_group" "tier_{number}" {{
          name   = "${{local.prefix}}-tier-{number}"
          vpc_id = var.aws_vpc_id

          ingress {{
            description = "访问入口"
            from_port   = {22 if bad else 443}
            to_port     = {22 if bad else 443}
            protocol    = "tcp"
            cidr_blocks = {'["0.0.0.0/0"]' if bad else "var.app_subnets"}
          }}

          dynamic "egress" {{
            for_each = [for port in [443, 8443] : port if port > 0]
            content {{
              from_port   = egress.value
              to_port     = egress.value
              protocol    = "tcp"
              cidr_blocks = [var.office_cidr]
            }}
          }}
        }}
    """)


def iam_policy(number: int, bad: bool) -> str:
    return block(f"""
        resource "aws_iam_policy" "policy_{number}" {{
          name = "${{local.prefix}}-{number}"
          policy = jsonencode({{
            Version = "2012-10-17"
            Statement = [
              {{
                Effect   = "Allow"
                Action   = {'"*"' if bad else '["s3:GetObject", "s3:ListBucket"]'}
                Resource = {'"*"' if bad else '"arn:aws-cn:s3:::reports/*"'}
              }},
            ]
          }})
        }}
    """)


# --------------------------------------------------------------------------------------------------------------
# What stands around them
# --------------------------------------------------------------------------------------------------------------

PROVIDERS = block("""
    terraform {
      required_providers {
        alicloud = {
          source = "aliyun/alicloud"
        }
        aws = {
          source = "hashicorp/aws"
        }
      }
    }

    provider "alicloud" {
      region = var.region
    }

    provider "aws" {
      region = "cn-north-1"
    }
""")

VARIABLES = block("""
    variable "region" {
      description = "地域"
      type        = string
      default     = "cn-shanghai"
    }

    variable "environment" {
      type    = string
      default = "prod"
    }

    variable "owner" {
      type    = string
      default = "platform"
    }

    variable "office_cidr" {
      type    = string
      default = "10.20.0.0/16"
    }

    variable "app_subnets" {
      type    = list(string)
      default = ["10.1.0.0/20", "10.2.0.0/20"]
    }

    variable "admin_password" {
      type      = string
      sensitive = true
    }

    variable "replicas" {
      type    = number
      default = 2
    }

    variable "data_disks" {
      type = list(object({
        name = string
        size = optional(number, 40)
      }))
      default = [{ name = "log" }, { name = "data", size = 200 }]
    }

    variable "addons" {
      type    = list(string)
      default = ["terway-eniip", "csi-plugin"]
    }

    variable "database_class" {
      type    = string
      default = "mysql.n2.medium.1"
    }

    variable "instance_class" {
      type    = string
      default = "ecs.g7.large"
    }

    variable "aws_zones" {
      type    = list(string)
      default = ["cn-north-1a", "cn-north-1b"]
    }

    variable "aws_vpc_id" {
      type = string
    }

    variable "aws_database_class" {
      type    = string
      default = "db.m6i.large"
    }

    variable "aws_instance_class" {
      type    = string
      default = "m6i.large"
    }
""")

LOCALS = block("""
    # 公共命名与标签
    locals {
      prefix = join("-", compact(["corp", var.environment, ""]))
      tags = {
        Environment = var.environment
        Owner       = var.owner
        ManagedBy   = "terraform"
      }
      database_parameters = {
        log_connections    = "ON"
        log_disconnections = var.environment == "prod" ? "ON" : "OFF"
      }
    }

    data "alicloud_zones" "available" {
      available_resource_creation = "VSwitch"
    }

    data "alicloud_images" "base" {
      name_regex = "^aliyun_3"
      owners     = "system"
    }

    data "aws_ami" "base" {
      most_recent = true
      owners      = ["self"]
    }
""")

FOUNDATION = block("""
    resource "alicloud_vpc" "main" {
      vpc_name   = local.prefix
      cidr_block = "10.0.0.0/8"
    }

    resource "alicloud_vswitch" "app" {
      for_each   = { for index, name in ["a", "b"] : name => cidrsubnet("10.0.0.0/8", 8, index + 1) }
      vpc_id     = alicloud_vpc.main.id
      cidr_block = each.value
      zone_id    = data.alicloud_zones.available.zones[0].id
    }

    resource "alicloud_kms_key" "storage" {
      description            = "存储加密密钥"
      automatic_rotation     = "Enabled"
      pending_window_in_days = 7
    }
""")

Writer = Callable[[int, bool], str]

#: File -> what it holds. With the foundation's three these are 60 alicloud and 40 aws blocks.
CONTENTS: dict[str, tuple[tuple[Writer, int], ...]] = {
    "network.tf": ((security_group, 4), (security_group_rule, 12)),
    "storage.tf": ((oss_bucket, 10), (disk, 8)),
    "database.tf": ((db_instance, 9),),
    "compute.tf": ((ecs_instance, 7), (kubernetes, 2)),
    "identity.tf": ((ram_policy, 5), (iam_policy, 8)),
    "aws_data.tf": ((s3_bucket, 6), (s3_public_access, 6), (aws_database, 6)),
    "aws_compute.tf": ((aws_instance, 7), (aws_security_group, 7)),
}
RESOURCES_OF_STACK = 3 + sum(times for parts in CONTENTS.values() for _, times in parts)


def stack_files(offset: int = 0, scale: int = 1) -> dict[str, str]:
    """One stack: ten files, a hundred resource blocks; ``scale`` times as many where one root is to be larger."""
    defects = Defects(offset)
    files = {"providers.tf": PROVIDERS, "variables.tf": VARIABLES, "locals.tf": LOCALS}
    for name, parts in CONTENTS.items():
        blocks = [write(number, defects.next()) for write, times in parts for number in range(times * scale)]
        files[name] = "\n".join(blocks)
    files["network.tf"] = FOUNDATION + "\n" + files["network.tf"]
    return files


def write_files(directory: Path, files: dict[str, str]) -> int:
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / name).write_text(text, encoding="utf-8", newline="\n")
    return len(files)


def stacks(out: Path, number: int) -> dict[str, int]:
    """``number`` stacks side by side, each a root of its own."""
    files = sum(write_files(out / f"stack-{index:04d}", stack_files(index)) for index in range(number))
    return {"files": files, "resources": number * RESOURCES_OF_STACK}


def small(out: Path) -> dict[str, int]:
    """A root as most users have it: seven files, a dozen resources."""
    defects = Defects()
    files = {
        "providers.tf": PROVIDERS,
        "variables.tf": VARIABLES,
        "locals.tf": LOCALS,
        "network.tf": FOUNDATION
        + "".join("\n" + security_group(number, defects.next()) for number in range(4))
        + "\n"
        + security_group_rule(0, defects.next()),
        "storage.tf": oss_bucket(0, defects.next()) + "\n" + disk(0, defects.next()),
        "database.tf": db_instance(0, defects.next()),
        "compute.tf": ecs_instance(0, defects.next()),
    }
    return {"files": write_files(out, files), "resources": 12}


# --------------------------------------------------------------------------------------------------------------
# The landing zone
# --------------------------------------------------------------------------------------------------------------

MODULE_VARIABLES = block("""
    variable "name" {
      description = "名称前缀"
      type        = string
    }

    variable "vpc_id" {
      type    = string
      default = null
    }

    variable "tags" {
      type    = map(string)
      default = {}
    }

    variable "settings" {
      type = object({
        encrypted = optional(bool, true)
        public    = optional(bool, false)
        cidrs     = optional(list(string), ["10.0.0.0/8"])
      })
      default = {}
    }
""")

COMPOSITION_VARIABLES = MODULE_VARIABLES + block("""

    variable "subnets" {
      type    = map(string)
      default = { a = "10.10.0.0/24" }
    }
""")


def module_body(kind: int, bad: bool) -> str:
    """The resources of a reusable module: three or four, with what the caller passes in."""
    encrypted = "false" if bad else "var.settings.encrypted"
    bodies = (
        f"""
        resource "alicloud_oss_bucket" "this" {{
          bucket = "${{var.name}}-log"
          acl    = var.settings.public ? "public-read" : "{"public-read" if bad else "private"}"

          dynamic "server_side_encryption_rule" {{
            for_each = {encrypted} ? [1] : []
            content {{
              sse_algorithm = "AES256"
            }}
          }}

          tags = var.tags
        }}

        resource "alicloud_log_project" "this" {{
          project_name = var.name
          description  = "日志项目"
        }}

        resource "alicloud_log_store" "this" {{
          project_name     = alicloud_log_project.this.project_name
          logstore_name    = "audit"
          retention_period = {30 if bad else 180}
        }}
        """,
        f"""
        resource "alicloud_security_group" "this" {{
          security_group_name = var.name
          vpc_id              = var.vpc_id
          tags                = var.tags
        }}

        resource "alicloud_security_group_rule" "this" {{
          for_each          = toset({'["0.0.0.0/0"]' if bad else "var.settings.cidrs"})
          type              = "ingress"
          ip_protocol       = "tcp"
          port_range        = "22/22"
          cidr_ip           = each.value
          security_group_id = alicloud_security_group.this.id
        }}

        resource "alicloud_eip_address" "this" {{
          count                = var.settings.public ? 1 : 0
          address_name         = format("%s-eip", var.name)
          internet_charge_type = "PayByTraffic"
        }}
        """,
        f"""
        resource "alicloud_ram_role" "this" {{
          role_name   = "${{var.name}}-role"
          description = "跨账号角色"
          assume_role_policy_document = jsonencode({{
            Version = "1"
            Statement = [{{
              Action    = "sts:AssumeRole"
              Effect    = "Allow"
              Principal = {{ RAM = [{'"*"' if bad else '"acs:ram::123456789012:root"'}] }}
            }}]
          }})
        }}

        resource "alicloud_ram_policy" "this" {{
          policy_name     = "${{var.name}}-policy"
          policy_document = <<-JSON
            {{
              "Version": "1",
              "Statement": [
                {{ "Effect": "Allow", "Action": ["{"*" if bad else "log:Get*"}"], "Resource": ["*"] }}
              ]
            }}
          JSON
        }}

        resource "alicloud_ram_role_policy_attachment" "this" {{
          role_name   = alicloud_ram_role.this.role_name
          policy_name = alicloud_ram_policy.this.policy_name
          policy_type = alicloud_ram_policy.this.type
        }}
        """,
        f"""
        resource "aws_kms_key" "this" {{
          description         = "${{var.name}} data key"
          enable_key_rotation = {"false" if bad else "true"}
          tags                = var.tags
        }}

        resource "aws_ebs_volume" "this" {{
          availability_zone = "cn-north-1a"
          size              = 40
          encrypted         = {encrypted}
          kms_key_id        = aws_kms_key.this.arn
        }}

        resource "aws_cloudwatch_log_group" "this" {{
          name              = "/corp/${{var.name}}"
          retention_in_days = {7 if bad else 365}
        }}
        """,
    )
    return block(bodies[kind % len(bodies)])


MODULE_OUTPUTS = block("""
    output "name" {
      value = var.name
    }

    output "tags" {
      value = merge(var.tags, { Module = "this" })
    }
""")


def composition_body(index: int, modules: int) -> str:
    """Calls three modules, one of them for every subnet, and makes the network they stand in."""
    first, second, third = ((index * 3 + step) % modules for step in range(3))
    return block(f"""
        locals {{
          names = {{ for key, cidr in var.subnets : key => "${{var.name}}-${{key}}" }}
        }}

        resource "alicloud_vpc" "this" {{
          vpc_name   = var.name
          cidr_block = "10.0.0.0/8"
        }}

        module "logging" {{
          source = "../../modules/module-{first:02d}"
          name   = "${{var.name}}-logging"
          tags   = var.tags
        }}

        module "zones" {{
          source   = "../../modules/module-{second:02d}"
          for_each = var.subnets
          name     = local.names[each.key]
          vpc_id   = alicloud_vpc.this.id
          settings = merge(var.settings, {{ cidrs = [each.value] }})
        }}

        module "keys" {{
          source   = "../../modules/module-{third:02d}"
          name     = module.logging.name
          tags     = module.logging.tags
          settings = var.settings
        }}
    """)


def root_files(index: int, compositions: int, modules: int, bad: bool) -> dict[str, str]:
    """A root of the landing zone: one composition, one bucket, in every third a module more."""
    further = ""
    if index % 3 == 1:
        further = block(f"""

            module "extra" {{
              source   = "../../../modules/module-{index % modules:02d}"
              name     = format("%s-extra", local.name)
              tags     = local.tags
              settings = {{ public = {"true" if bad else "false"} }}
            }}
        """)
    main = block(f"""
        # 着陆区 {index}：账号基线
        module "baseline" {{
          source  = "../../../compositions/composition-{index % compositions:02d}"
          name    = local.name
          tags    = local.tags
          subnets = local.subnets
        }}

        resource "alicloud_oss_bucket" "state" {{
          bucket = "${{local.name}}-state"
          acl    = "{"public-read-write" if bad else "private"}"

          versioning {{
            status = "Enabled"
          }}
        }}
    """)
    keys = f'"zone${{number}}" => cidrsubnet("10.{index}.0.0/16", 8, number)'
    return {
        "providers.tf": block("""
            provider "alicloud" {
              region = var.region
            }
        """),
        "variables.tf": block("""
            variable "region" {
              type    = string
              default = "cn-beijing"
            }

            variable "environment" {
              type    = string
              default = "prod"
            }
        """),
        "locals.tf": block(f"""
            locals {{
              name = "lz-{index:02d}-${{var.environment}}"
              tags = {{
                Environment = var.environment
                CostCentre  = "{1000 + index}"
              }}
              subnets = {{ for number in range({1 + index % 2}) : {keys} }}
            }}
        """),
        "main.tf": main + further,
        "outputs.tf": block("""
            output "tags" {
              value = module.baseline.tags
            }
        """),
    }


def landing_zone(out: Path) -> dict[str, int]:
    """Modules in nested directories: roots call compositions, compositions call modules."""
    modules, compositions, roots = 60, 25, 75
    defects = Defects()
    written = 0
    for index in range(modules):
        files = {
            "main.tf": module_body(index, defects.next()),
            "variables.tf": MODULE_VARIABLES,
            "outputs.tf": MODULE_OUTPUTS,
        }
        written += write_files(out / "modules" / f"module-{index:02d}", files)
    for index in range(compositions):
        files = {
            "main.tf": composition_body(index, modules),
            "variables.tf": COMPOSITION_VARIABLES,
            "outputs.tf": 'output "tags" {\n  value = module.keys.tags\n}\n',
            "versions.tf": 'terraform {\n  required_version = ">= 1.5"\n}\n',
        }
        written += write_files(out / "compositions" / f"composition-{index:02d}", files)
    for index in range(roots):
        place = out / "accounts" / f"unit-{index // 10}" / f"account-{index:02d}"
        written += write_files(place, root_files(index, compositions, modules, defects.next()))
    if written != LANDING_ZONE_FILES:
        raise AssertionError(f"{written} files")
    return {"files": written, "roots": roots}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("shape", choices=["stacks", "landing-zone", "small"])
    parser.add_argument("out", type=Path)
    parser.add_argument("--stacks", type=int, default=200, metavar="N", help="stacks to make (shape stacks)")
    arguments = parser.parse_args()
    if arguments.shape == "stacks":
        made = stacks(arguments.out, arguments.stacks)
    elif arguments.shape == "landing-zone":
        made = landing_zone(arguments.out)
    else:
        made = small(arguments.out)
    print(json.dumps(made))


if __name__ == "__main__":
    main()
