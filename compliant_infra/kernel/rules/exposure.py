"""Rules on exposed storage: public buckets, bucket policies that let anyone in."""

from __future__ import annotations

from compliant_infra.kernel.bucket_access import (
    cos_bucket,
    lone_public_access_block,
    oss_acl,
    oss_bucket,
    public_access_block,
    referer,
    s3_acl,
    s3_bucket,
    scoped_policy,
)
from compliant_infra.kernel.google_storage import public_buckets
from compliant_infra.kernel.logic import attribute, each_of, unless
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.ownership import standing_alone
from compliant_infra.kernel.rules.record import Rule

_NOT_PUBLIC = Rule(
    code="CN033",
    name="oss-not-public",
    severity=Severity.CRITICAL,
    title=Text("Buckets are not public", "对象存储桶不得公开"),
    rationale=Text(
        "A public bucket hands its objects to anyone who guesses or finds its name; most large leaks of the cloud "
        "began so.",
        "公开的存储桶会把对象交给任何猜到或找到桶名的人，云上多数大规模数据泄露由此开始。",
    ),
    remediation=Text(
        "Keep the ACL private and block public access. Alibaba Cloud: acl = private, block_public_access = true. "
        "AWS: "
        "aws_s3_bucket_public_access_block with all four switches true. Tencent Cloud: acl = private, no AllUsers in "
        "acl_body. Google Cloud: public_access_prevention = enforced, no grant to allUsers.",
        "保持 ACL 为私有并阻断公共访问。阿里云：acl = private、block_public_access = true；AWS："
        "aws_s3_bucket_public_access_block 四个开关均为 true；腾讯云：acl = private，acl_body 中不含 AllUsers；"
        "Google Cloud：public_access_prevention = enforced，不授权给 allUsers。",
    ),
    checks={
        "alicloud_oss_bucket": oss_bucket,
        "alicloud_oss_bucket_acl": oss_acl(),
        "alicloud_oss_bucket_public_access_block": standing_alone(
            "bucket",
            ("alicloud_oss_bucket",),
            ("id", "bucket"),
            attribute("block_public_access").is_true(),
        ),
        "alicloud_oss_account_public_access_block": attribute("block_public_access").is_true(),
        "aws_s3_bucket": s3_bucket,
        "aws_s3_bucket_acl": s3_acl(),
        "aws_s3_bucket_public_access_block": lone_public_access_block(),
        "aws_s3_account_public_access_block": public_access_block,
        "tencentcloud_cos_bucket": cos_bucket,
        **public_buckets(),
    },
)

_ALLOWS_EMPTY = {"true": True, "1": True, "allow": True}

_POLICY_SCOPED = Rule(
    code="CN034",
    name="oss-policy-scoped",
    severity=Severity.HIGH,
    title=Text("Bucket policies name known callers only", "存储桶策略只授权给明确的主体"),
    rationale=Text(
        "A policy statement for everyone, or for an account nobody knows, opens the bucket although its ACL is "
        "private.",
        "面向所有人或未知账号的策略语句会在 ACL 为私有的情况下仍然打开存储桶。",
    ),
    remediation=Text(
        "Name the callers in Principal, or pin them by a condition on the source VPC, address or account; list "
        "partner "
        "accounts in the parameter trusted-accounts. Alibaba Cloud: alicloud_oss_bucket_policy, allow_empty_referer "
        "= "
        "false. AWS: aws_s3_bucket_policy. Tencent Cloud: tencentcloud_cos_bucket_policy, empty_refer_configuration "
        "= "
        "Deny.",
        "在 Principal 中写明调用方，或用来源 VPC、地址、账号条件加以限定；合作方账号列入参数 trusted-accounts。"
        "阿里云："
        "alicloud_oss_bucket_policy，allow_empty_referer = false；AWS：aws_s3_bucket_policy；腾讯云："
        "tencentcloud_cos_bucket_policy，empty_refer_configuration = Deny。",
    ),
    checks={
        "alicloud_oss_bucket_policy": scoped_policy,
        "alicloud_oss_bucket": each_of(
            scoped_policy, referer("referer_config.allow_empty", "referer_config.referers", _ALLOWS_EMPTY)
        ),
        "alicloud_oss_bucket_referer": referer("allow_empty_referer", "referer_list", _ALLOWS_EMPTY),
        "aws_s3_bucket_policy": scoped_policy,
        "aws_s3_bucket": scoped_policy,
        "tencentcloud_cos_bucket_policy": scoped_policy,
        "tencentcloud_cos_bucket_referer": unless(
            attribute("referer_type").equals("Black-List"),
            unless(
                attribute("status").equals("Disabled"),
                referer("empty_refer_configuration", "domain_list", _ALLOWS_EMPTY),
            ),
        ),
    },
)

RULES: tuple[Rule, ...] = (_NOT_PUBLIC, _POLICY_SCOPED)
