terraform {
  required_version = ">= 1.7"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "= 1.289.0"
      # Users and action policies of alerts are kept in cn-heyuan for all regions of the mainland.
      configuration_aliases = [alicloud.records]
    }
  }
}
