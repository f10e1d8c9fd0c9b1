# Credentials come from the environment (TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY of a pipeline role), never
# from files of this repository.
provider "tencentcloud" {
  region = var.region
}

# Second region in mainland China: the standby database and the copies of objects and backups (8.1.4.9b).
provider "tencentcloud" {
  alias  = "standby"
  region = var.standby_region
}
