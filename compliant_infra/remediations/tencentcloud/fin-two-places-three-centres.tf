# 同城两个可用区，异地（provider tencentcloud.remote 所在地域）灾备实例
resource "tencentcloud_mysql_instance" "this" {
  availability_zone = "ap-guangzhou-3"
  slave_deploy_mode = 1
  first_slave_zone  = "ap-guangzhou-4"
}

resource "tencentcloud_mysql_dr_instance" "standby" {
  provider           = tencentcloud.remote
  master_instance_id = tencentcloud_mysql_instance.this.id
  master_region      = "ap-guangzhou"
  instance_name      = "ledger-standby"
  mem_size           = 4000
  volume_size        = 200
  vpc_id             = var.standby_vpc_id
  subnet_id          = var.standby_subnet_id
}

variable "standby_vpc_id" {
  description = "VPC in the region of the standby"
  type        = string
  default     = "vpc-0a1b2c3d"
}

variable "standby_subnet_id" {
  description = "Subnet in the region of the standby"
  type        = string
  default     = "subnet-0a1b2c3d"
}

# 复制到 100 公里外的境内地域
resource "tencentcloud_cos_bucket" "this" {
  multi_az = true
  replica_rules {
    id                 = "remote"
    status             = "Enabled"
    destination_bucket = var.replica_bucket
  }
}

variable "replica_bucket" {
  description = "Destination in another region of mainland China, with versioning: qcs::cos:<region>::<bucket>-<APPID>"
  type        = string
  default     = "qcs::cos:ap-beijing::vouchers-bj-1250000000"
}
