// A network in three tiers, and a bucket that only this network reads, with a replica in Ningxia.
import * as pulumi from "@pulumi/pulumi";

import * as compliant from "compliant-infra-aws";

const settings = new pulumi.Config();
const accountId = settings.require("accountId");

const network = new compliant.TieredNetwork("main", {
    accountId,
    cidrBlock: "10.0.0.0/16",
    zones: ["cn-north-1a", "cn-north-1b", "cn-north-1d"],
});

const documents = new compliant.ObjectBucket("documents", {
    bucket: "acme-documents",
    accountId,
    standby: { region: "cn-northwest-1" },
    // Settings of children have the names that they have in Pulumi's SDK for Python.
    overrides: { versioning: { mfa: null } },
    waivers: [],
});

export const vpc = network.vpcId;
export const subnets = network.applicationSubnetIds;
export const bucket = documents.bucketName;
