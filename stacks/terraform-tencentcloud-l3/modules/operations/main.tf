# Administrators pass a bastion host, which records what they do (8.1.5.1, 8.1.4.3), has no public address and lets in
# the listed networks only (8.1.4.4c). They reach it through the company's own link to this network.
resource "tencentcloud_bh_resource" "this" {
  deploy_region    = var.region
  deploy_zone      = var.zone
  vpc_id           = var.vpc_id
  vpc_cidr_block   = var.vpc_cidr_block
  subnet_id        = var.subnet_id
  cidr_block       = var.subnet_network
  resource_edition = "standard"
  resource_node    = 50
  pay_mode         = 1
  time_unit        = "m"
  time_span        = 1
  auto_renew_flag  = 1
  intranet_access  = 1
  external_access  = 0
}

resource "tencentcloud_bh_access_white_list_config" "this" {
  allow_any  = false
  allow_auto = false

  depends_on = [tencentcloud_bh_resource.this]
}

resource "tencentcloud_bh_access_white_list_rule" "this" {
  for_each = toset(var.admin_networks)

  source = each.value
  remark = "administrators"

  depends_on = [tencentcloud_bh_resource.this]
}
