# 实例不直接接公网：入站经负载均衡，出站经 NAT 网关。
resource "tencentcloud_instance" "this" {
  allocate_public_ip         = false
  internet_max_bandwidth_out = 0
}

resource "tencentcloud_instance_set" "this" {
  allocate_public_ip = false
}

resource "tencentcloud_as_scaling_config" "this" {
  public_ip_assigned = false
}

resource "tencentcloud_cvm_launch_template_version" "this" {
  internet_accessible {
    public_ip_assigned = false
  }
}

resource "tencentcloud_kubernetes_node_pool" "this" {
  auto_scaling_config {
    instance_type      = "S5.MEDIUM4" # 保留原有的其他参数
    public_ip_assigned = false
  }
}

# 不写 internet_accessible 即无公网 IP
resource "tencentcloud_kubernetes_native_node_pool" "this" {
  native {
    instance_charge_type = "POSTPAID_BY_HOUR" # 保留原有的规格、子网与安全组
    instance_types       = ["SA2.MEDIUM4"]
    subnet_ids           = ["subnet-private00"]
    security_group_ids   = ["sg-nodes00"]
    system_disk {
      disk_type = "CLOUD_PREMIUM"
      disk_size = 100
      encrypt   = "ENCRYPT"
    }
    dynamic "internet_accessible" {
      for_each = []
      content {}
    }
  }
}

# 弹性公网 IP 改绑到 NAT 网关或负载均衡
removed {
  from = tencentcloud_eip_association.this
  lifecycle {
    destroy = true
  }
}

# 面向互联网的入口保留公网地址，另加标签 purpose = "public-entry"。
resource "tencentcloud_clb_instance" "this" {
  network_type = "INTERNAL"
}
