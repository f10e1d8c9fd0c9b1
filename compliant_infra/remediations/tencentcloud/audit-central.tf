# 全部日志汇集到同一地域的日志服务。
resource "tencentcloud_cls_cloud_product_log_task_v2" "this" {
  cls_region = var.log_region
}

resource "tencentcloud_cls_cloud_product_log_task" "this" {
  cls_region = var.log_region
}

variable "log_region" {
  description = "Region in which all logs come together"
  type        = string
  default     = "ap-guangzhou"
}
