// A network in three tiers, and a bucket with a replica in a second region.
package main

import (
	compliant "example.com/pulumi-compliant-infra-alicloud/sdk/go/compliantinfraalicloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		key := pulumi.String(settings.Require("kmsKeyId"))

		network, err := compliant.NewTieredNetwork(ctx, "main", &compliant.TieredNetworkArgs{
			CidrBlock: "10.0.0.0/16",
			Zones:     []string{"cn-beijing-h", "cn-beijing-k", "cn-beijing-l"},
			KmsKeyId:  key,
		})
		if err != nil {
			return err
		}

		days := 90
		documents, err := compliant.NewObjectBucket(ctx, "documents", &compliant.ObjectBucketArgs{
			Bucket:         "acme-documents",
			KmsKeyId:       key,
			NoncurrentDays: &days,
			Standby: &compliant.BucketStandbyArgs{
				Region:   "cn-hangzhou",
				KmsKeyId: pulumi.String(settings.Require("standbyKmsKeyId")),
			},
			Tags: map[string]string{"system": "orders"},
		})
		if err != nil {
			return err
		}

		ctx.Export("vpc", network.VpcId)
		ctx.Export("bucket", documents.BucketName)
		return nil
	})
}
