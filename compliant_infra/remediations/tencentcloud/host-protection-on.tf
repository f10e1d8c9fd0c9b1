# 创建时安装主机安全客户端
resource "tencentcloud_instance" "this" {
  disable_security_service = false
}

resource "tencentcloud_instance_set" "this" {
  disable_security_service = false
}

resource "tencentcloud_as_scaling_config" "this" {
  enhanced_security_service = true
}

resource "tencentcloud_cvm_launch_template" "this" {
  enhanced_service {
    security_service {
      enabled = true
    }
    monitor_service {
      enabled = true
    }
  }
}

resource "tencentcloud_kubernetes_cluster" "this" {
  worker_config {
    count                     = 3
    availability_zone         = "ap-guangzhou-6"
    instance_type             = "S5.LARGE8"
    subnet_id                 = "subnet-0001" # 保留原有的其他参数
    enhanced_security_service = true
  }
}

resource "tencentcloud_kubernetes_node_pool" "this" {
  auto_scaling_config {
    instance_type             = "S5.LARGE8"
    system_disk_type          = "CLOUD_PREMIUM" # 保留原有的其他参数
    enhanced_security_service = true
  }
}

resource "tencentcloud_kubernetes_cluster_master_attachment" "this" {
  enhanced_security_service = true
}

resource "tencentcloud_cwp_auto_open_proversion_config" "this" {
  status = "OPEN"
}
