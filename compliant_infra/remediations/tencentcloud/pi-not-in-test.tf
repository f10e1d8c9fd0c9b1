# 测试环境只使用脱敏或合成数据，并如实标明分类
resource "tencentcloud_cos_bucket" "this" {
  tags = {
    env        = "dev"
    data-class = "general"
    owner      = "qa"
  }
}

removed {
  from = tencentcloud_postgresql_clone_db_instance.this
  lifecycle {
    destroy = true
  }
}

removed {
  from = tencentcloud_vpc_peer_connect_manager.this
  lifecycle {
    destroy = true
  }
}
