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
    value = var.dataset_data_class
  }
}

# 内容审核：模型的输入与输出经该业务场景过滤
resource "alicloud_aligreen_biz_type" "models" {
  biz_type_name = "models"
  description   = "模型的输入与输出"
}

resource "alicloud_pai_workspace_model" "this" {
  accessibility = "PRIVATE"
}

variable "dataset_data_class" {
  description = "Class of the data in the dataset"
  type        = string
  default     = "ai-training"
}
