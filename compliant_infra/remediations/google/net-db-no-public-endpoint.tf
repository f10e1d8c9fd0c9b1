# 只保留内网地址;应用经 VPC 或 Cloud SQL 连接器访问。
resource "google_sql_database_instance" "this" {
  settings {
    tier = "db-custom-2-7680"
    ip_configuration {
      ipv4_enabled    = false
      private_network = "projects/shop/global/networks/shop"
    }
  }
}

resource "google_alloydb_instance" "this" {
  network_config {
    enable_public_ip = false
  }
}
