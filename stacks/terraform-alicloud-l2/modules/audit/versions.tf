terraform {
  required_version = ">= 1.7"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "= 1.289.0"
      # Collection policies of Log Service are kept in cn-shanghai for all regions of the mainland.
      configuration_aliases = [alicloud.collection]
    }
  }
}
