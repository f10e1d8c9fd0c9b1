# 至少两个副本，缩容时也不少于两个
resource "alicloud_pai_service" "this" {
  service_config = jsonencode({
    metadata = {
      name     = "chat"
      instance = 2
    }
    autoscaler = {
      min = 2
      max = 8
    }
  })
}
