# 专有宿主机
resource "alicloud_ecs_dedicated_host" "own" {
  dedicated_host_type = "ddh.g7"
  payment_type        = "PostPaid"
}

resource "alicloud_instance" "this" {
  dedicated_host_id = alicloud_ecs_dedicated_host.own.id
}

resource "alicloud_ecs_instance_set" "this" {
  dedicated_host_id = alicloud_ecs_dedicated_host.own.id
}
