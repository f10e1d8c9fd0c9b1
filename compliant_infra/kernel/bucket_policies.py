"""Questions to the policy of a bucket, whether it stands in the bucket or in a resource of its own."""

from __future__ import annotations

from functools import partial

from compliant_infra.kernel.bucket_objects import BucketObjects
from compliant_infra.kernel.logic import (
    IDENTITY_ATTRIBUTES,
    PASS,
    Context,
    Outcome,
    Predicate,
    failed,
    passed,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.ownership import standing_alone
from compliant_infra.kernel.policies import Policy, denies_insecure_transport, judge_policy

_MISSING = Text(
    "no policy denies requests over plain HTTP", "没有策略拒绝通过明文 HTTP 的请求（SecureTransport = false）"
)


def _test(objects: BucketObjects, policy: Policy) -> Outcome:
    answer = denies_insecure_transport(policy, objects.covered_by)
    if answer is True:
        return PASS
    if answer is False:
        return failed(_MISSING, "policy")
    return undecided(answer, "policy")


def https_only(companion: str, inline: bool) -> Predicate:
    """A bucket whose policy denies every request without TLS.

    ``companion`` is the type of the policy's own resource; ``inline`` tells whether the bucket may hold it, too. No
    policy is a fail: none of the three clouds refuses plain HTTP by default.
    """

    def judge(resource: Resource, context: Context) -> Outcome:
        blocked: Outcome | None = None
        test = partial(_test, BucketObjects.of(resource))
        if inline and resource.get("policy") is not None:
            outcome = judge_policy(resource.get("policy"), "policy", test)
            if outcome.verdict is Verdict.PASS:
                return outcome
            if outcome.verdict is Verdict.UNKNOWN:
                blocked = outcome
        found = context.companions(resource, companion, "bucket", IDENTITY_ATTRIBUTES)
        named: Resource | None = None
        for other in found.sure:
            named = other
            outcome = judge_policy(other.get("policy"), "policy", test)
            if outcome.verdict is Verdict.PASS and other.existence is None:
                return passed(Text(f"{other.address} denies plain HTTP", f"{other.address} 拒绝明文 HTTP"))
            if outcome.verdict is Verdict.PASS and other.existence is not None:
                blocked = blocked or undecided(other.existence)
            elif outcome.verdict is Verdict.UNKNOWN:
                outcome.attribute = ""
                blocked = blocked or outcome
        if blocked is not None:
            return blocked
        for other, unknown in found.possible:
            if judge_policy(other.get("policy"), "policy", test).verdict is not Verdict.FAIL:
                return _perhaps(other, unknown)
        if named is not None:
            return failed(
                Text(
                    f"{named.address} does not deny requests over plain HTTP",
                    f"{named.address} 没有拒绝通过明文 HTTP 的请求",
                )
            )
        return failed(_MISSING, "policy" if inline and resource.get("policy") is not None else "")

    reads = [f"{companion}:bucket", f"{companion}:policy"] + (["policy"] if inline else [])
    return Predicate(judge, reads)


def _perhaps(other: Resource, unknown: Unknown | OneOf) -> Outcome:
    return undecided(
        unknown,
        message=Text(
            f"{other.address} may be its policy, but the bucket that it names is unknown",
            f"{other.address} 可能是该存储桶的策略，但其指向的存储桶未知",
        ),
    )


def https_only_policy(bucket: str) -> Predicate:
    """The policy of a bucket that is not in the scan, judged by itself."""

    def judge(resource: Resource, context: Context) -> Outcome:
        objects = BucketObjects.named_by(resource.get("bucket"))
        return judge_policy(resource.get("policy"), "policy", partial(_test, objects))

    return standing_alone("bucket", (bucket,), ("bucket", "id", "name"), Predicate(judge, ("policy",)))
