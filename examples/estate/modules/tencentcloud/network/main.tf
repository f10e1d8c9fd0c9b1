resource "tencentcloud_vpc" "this" {
  name       = var.name
  cidr_block = var.cidr_block
  tags       = var.tags
}

resource "tencentcloud_subnet" "this" {
  for_each = var.subnets

  vpc_id            = tencentcloud_vpc.this.id
  name              = "${var.name}-${each.key}"
  cidr_block        = each.value.cidr_block
  availability_zone = each.value.zone
  tags              = var.tags
}

resource "tencentcloud_security_group" "tier" {
  for_each = var.tiers

  name        = "${var.name}-${each.key}"
  description = each.value.description
  tags        = var.tags
}

resource "tencentcloud_security_group_rule_set" "tier" {
  for_each = var.tiers

  security_group_id = tencentcloud_security_group.tier[each.key].id

  dynamic "ingress" {
    for_each = each.value.ingress

    content {
      action      = ingress.value.action
      protocol    = ingress.value.protocol
      port        = ingress.value.port
      cidr_block  = ingress.value.cidr_block
      description = ingress.value.description
    }
  }

  # 兜底：其余入方向流量一律拒绝
  ingress {
    action      = "DROP"
    protocol    = "ALL"
    port        = "ALL"
    cidr_block  = "0.0.0.0/0"
    description = "default deny"
  }

  egress {
    action      = "ACCEPT"
    protocol    = "TCP"
    port        = "443"
    cidr_block  = "0.0.0.0/0"
    description = "https out"
  }
}

resource "tencentcloud_vpc_acl" "data" {
  vpc_id  = tencentcloud_vpc.this.id
  name    = "${var.name}-data"
  ingress = var.data_acl_ingress
  egress  = ["ACCEPT#${var.cidr_block}#ALL#ALL"]
  tags    = var.tags
}

resource "tencentcloud_vpc_acl_attachment" "data" {
  for_each = { for key, subnet in var.subnets : key => subnet if subnet.tier == "data" }

  acl_id    = tencentcloud_vpc_acl.data.id
  subnet_id = tencentcloud_subnet.this[each.key].id
}

# 流日志写入日志服务
resource "tencentcloud_vpc_flow_log" "this" {
  count = var.flow_log == null ? 0 : 1

  flow_log_name = "${var.name}-all"
  resource_type = "VPC"
  resource_id   = tencentcloud_vpc.this.id
  vpc_id        = tencentcloud_vpc.this.id
  traffic_type  = "ALL"
  storage_type  = "cls"
  cloud_log_id  = var.flow_log.topic_id
  tags          = var.tags
}

output "vpc_id" {
  value = tencentcloud_vpc.this.id
}

output "subnet_ids" {
  value = { for key, subnet in tencentcloud_subnet.this : key => subnet.id }
}

output "security_group_ids" {
  value = { for key, group in tencentcloud_security_group.tier : key => group.id }
}
