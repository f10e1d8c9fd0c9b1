# 只列出应用所在的网段。
resource "alicloud_db_instance" "this" {
  security_ips = ["10.0.16.0/20"]
}

resource "alicloud_mongodb_instance" "this" {
  security_ip_list = ["10.0.16.0/20"]
}

resource "alicloud_polardb_cluster" "this" {
  db_cluster_ip_array {
    db_cluster_ip_array_name = "default"
    security_ips             = ["10.0.16.0/20"]
  }
}

resource "alicloud_gpdb_instance" "this" {
  ip_whitelist {
    ip_group_name    = "default"
    security_ip_list = "10.0.16.0/20"
  }
}

resource "alicloud_elasticsearch_instance" "this" {
  private_whitelist = ["10.0.16.0/20"]
  kibana_whitelist  = ["10.0.16.0/20"]
}

resource "alicloud_lindorm_instance" "this" {
  ip_white_list = ["10.0.16.0/20"]
}
