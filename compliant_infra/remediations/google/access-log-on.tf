# A bucket that takes the usage logs; give it a name that is free, and a lifecycle rule of your own.
resource "google_storage_bucket" "this" {
  logging {
    log_bucket = var.usage_log_bucket
  }
}

variable "usage_log_bucket" {
  type    = string
  default = "shop-usage-logs"
}
