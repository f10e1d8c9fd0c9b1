# 云联网：开启集群模式的 VPC 间防火墙；每个云联网只需一个。
resource "tencentcloud_cfw_cluster_vpc_fw_switch" "boundary" {
  ccn_id      = tencentcloud_ccn_attachment_v2.this.ccn_id
  switch_mode = 1
}

# 对等连接：私有网络模式的 VPC 间防火墙。
resource "tencentcloud_cfw_vpc_instance" "boundary" {
  name        = "level-boundary"
  mode        = 0
  switch_mode = 1
  vpc_fw_instances {
    name = "level-boundary"
    vpc_ids = [
      tencentcloud_vpc_peer_connect_manager.this.source_vpc_id,
      tencentcloud_vpc_peer_connect_manager.this.destination_vpc_id,
    ]
    fw_deploy {
      deploy_region = "ap-guangzhou"
      width         = 1024
      cross_a_zone  = 1
      zone_set      = ["ap-guangzhou-3", "ap-guangzhou-4"]
    }
  }
}
