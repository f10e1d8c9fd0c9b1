# 关闭公网调用地址，只在 VPC 内提供服务
resource "alicloud_pai_service" "this" {
  service_config = jsonencode({
    metadata = {
      name     = "chat"
      instance = 2
    }
    networking = {
      disable_internet_endpoint = true
    }
  })
}

# 标明训练数据的分类
resource "alicloud_pai_workspace_dataset" "this" {
  labels {
    key   = "data-class"
    value = "ai-training"
  }
}
