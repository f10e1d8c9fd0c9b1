# 分类取值：core、important、sensitive-pi、pi、processing-record、ai-training、general
resource "tencentcloud_cos_bucket" "this" {
  tags = {
    data-class = var.data_class
    owner      = var.data_owner
  }
}

resource "tencentcloud_mysql_instance" "this" {
  tags = {
    data-class = var.data_class
    owner      = var.data_owner
  }
}

resource "tencentcloud_redis_instance" "this" {
  tags = {
    data-class = var.data_class
    owner      = var.data_owner
  }
}

variable "data_class" {
  description = "Class of the data: core, important, sensitive-pi, pi, processing-record, ai-training, general"
  type        = string
  default     = "general"
}

variable "data_owner" {
  description = "Who owns the data"
  type        = string
  default     = "data-platform"
}
