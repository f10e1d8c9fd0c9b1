# 分类取值：core、important、sensitive-pi、pi、processing-record、ai-training、general
resource "alicloud_oss_bucket" "this" {
  tags = {
    data-class = var.data_class
    owner      = var.data_owner
  }
}

resource "alicloud_db_instance" "this" {
  tags = {
    data-class = var.data_class
    owner      = var.data_owner
  }
}

resource "alicloud_polardb_cluster" "this" {
  tags = {
    data-class = var.data_class
    owner      = var.data_owner
  }
}

resource "alicloud_nas_file_system" "this" {
  tags = {
    data-class = var.data_class
    owner      = var.data_owner
  }
}

resource "alicloud_log_project" "this" {
  tags = {
    data-class = var.data_class
    owner      = var.data_owner
  }
}

variable "data_class" {
  description = "Class of the data: core, important, sensitive-pi, pi, processing-record, ai-training or general"
  type        = string
  default     = "general"
}

variable "data_owner" {
  description = "Who answers for the data"
  type        = string
  default     = "data-platform"
}
