# 测试环境只使用脱敏或合成数据，并如实标明分类
resource "alicloud_oss_bucket" "this" {
  tags = {
    env        = "test"
    data-class = "general"
    owner      = "qa"
  }
}

removed {
  from = alicloud_rds_clone_db_instance.this
  lifecycle {
    destroy = true
  }
}

removed {
  from = alicloud_vpc_peer_connection.this
  lifecycle {
    destroy = true
  }
}
