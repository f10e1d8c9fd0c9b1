# Credentials come from the environment, best from a role: ALICLOUD_ACCESS_KEY and its like, never from files.
provider "alicloud" {
  region = var.region
}

provider "alicloud" {
  alias  = "standby"
  region = var.standby_region
}

# Two settings of Log Service are kept in one region for the whole mainland.
provider "alicloud" {
  alias  = "collection"
  region = "cn-shanghai"
}

provider "alicloud" {
  alias  = "records"
  region = "cn-heyuan"
}
