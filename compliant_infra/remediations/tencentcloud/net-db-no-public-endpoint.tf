# 应用经私有网络内的地址访问；外网运维经堡垒机或 VPN。
resource "tencentcloud_mysql_instance" "this" {
  internet_service = 0
}

resource "tencentcloud_postgresql_instance" "this" {
  public_access_switch = false
}

resource "tencentcloud_redis_instance" "this" {
  wan_address_switch = "close"
}

resource "tencentcloud_elasticsearch_instance" "this" {
  public_access        = "CLOSE"
  kibana_public_access = "CLOSE"
}

removed {
  from = tencentcloud_cynosdb_wan.this
  lifecycle {
    destroy = true
  }
}
