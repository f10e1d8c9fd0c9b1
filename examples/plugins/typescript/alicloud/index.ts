// A whole system in Beijing and Hangzhou at the level of the stack configuration, and a bucket beside it.
import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";

import * as compliant from "compliant-infra-alicloud";

const settings = new pulumi.Config();

const baseline = new compliant.MlpsBaseline("orders", {
    system: "orders",
    accountId: settings.require("accountId"),
    primary: {
        region: "cn-beijing",
        zones: ["cn-beijing-h", "cn-beijing-k", "cn-beijing-l"],
        cidrBlock: "10.0.0.0/16",
        kmsInstanceId: settings.require("kmsInstanceId"),
    },
    standby: {
        region: "cn-hangzhou",
        zones: ["cn-hangzhou-h", "cn-hangzhou-j", "cn-hangzhou-k"],
        cidrBlock: "10.1.0.0/16",
        kmsInstanceId: settings.require("standbyKmsInstanceId"),
    },
    loginNetworks: ["203.0.113.0/24"],
    contacts: [{ name: "security", mail: settings.require("alertMail") }],
    rto: "4h",
    rpo: "15m",
});

const hangzhou = new alicloud.Provider("hangzhou", { region: "cn-hangzhou" });

const documents = new compliant.ObjectBucket("documents", {
    bucket: "acme-documents",
    kmsInstanceId: settings.require("kmsInstanceId"),
    noncurrentDays: 90,
    standby: {
        region: "cn-hangzhou",
        kmsInstanceId: settings.require("standbyKmsInstanceId"),
        provider: hangzhou,
    },
    tags: { system: "orders" },
});

export const vpc = baseline.vpcId;
export const bucket = documents.bucketName;
export const toSign = baseline.exceptions.apply((found) => found.map((item) => `${item.subject}: ${item.reason}`));
