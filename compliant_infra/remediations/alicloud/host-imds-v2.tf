# 加固模式：访问元数据须先取得令牌
resource "alicloud_instance" "this" {
  http_endpoint = "enabled"
  http_tokens   = "required"
}

resource "alicloud_ecs_launch_template" "this" {
  http_endpoint = "enabled"
  http_tokens   = "required"
}

resource "alicloud_cs_kubernetes_node_pool" "this" {
  instance_metadata_options {
    http_tokens = "required"
  }
}
