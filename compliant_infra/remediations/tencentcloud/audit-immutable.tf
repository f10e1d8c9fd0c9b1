# 存放跟踪日志的存储桶：对象锁定须先开启版本控制，开启后不能关闭
resource "tencentcloud_cos_bucket" "this" {
  versioning_enable = true
  object_lock_configuration {
    enabled = true
    rule {
      days = 184
    }
  }
}
