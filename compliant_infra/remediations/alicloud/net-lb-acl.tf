# 只允许名单内的地址访问监听；面向公众的负载均衡请改为加标签 purpose = "public-entry"。
resource "alicloud_slb_listener" "this" {
  acl_status = "on"
  acl_type   = "white"
  acl_id     = null
  acl_ids    = [alicloud_slb_acl.office.id]
}

resource "alicloud_slb_acl" "office" {
  name = "office"
  entry_list {
    entry   = var.lb_client_cidr
    comment = "内网"
  }
}

resource "alicloud_slb_acl" "this" {
  entry_list {
    entry   = var.lb_client_cidr
    comment = "内网"
  }
}

resource "alicloud_slb_acl_entry_attachment" "this" {
  entry = var.lb_client_cidr
}

resource "alicloud_alb_listener_acl_attachment" "white" {
  acl_id      = alicloud_alb_acl.office.id
  listener_id = alicloud_alb_listener.this.id
  acl_type    = "White"
}

resource "alicloud_alb_acl" "office" {
  acl_name = "office"
  acl_entries {
    entry       = var.lb_client_cidr
    description = "内网"
  }
}

resource "alicloud_alb_acl" "this" {
  acl_entries {
    entry       = var.lb_client_cidr
    description = "内网"
  }
}

resource "alicloud_alb_acl_entry_attachment" "this" {
  entry = var.lb_client_cidr
}

resource "alicloud_nlb_load_balancer" "this" {
  security_group_ids = [alicloud_security_group.nlb.id]
}

resource "alicloud_security_group" "nlb" {
  security_group_name = "nlb"
  vpc_id              = alicloud_nlb_load_balancer.this.vpc_id
  inner_access_policy = "Drop"
}

variable "lb_client_cidr" {
  description = "Network of the clients that may use the listener"
  type        = string
  default     = "10.0.0.0/16"
}
